// What does this browser keep for a reader, and what if it may keep nothing?

const MOST_RECEIPTS = 10;

/** localStorage that never throws. Where it is blocked, `lasts` is false and nothing outlives the page. */
export class Keeping {
  /** A prefix of every name, so that two sites embedded in one page do not meet. */
  constructor(prefix) {
    this.prefix = prefix;
    this.write("probe", 1);
    this.lasts = this.read("probe") === 1;
    this.write("probe", null);
  }

  /** Null for what is not there, or was not written by us. */
  read(name) {
    try {
      return JSON.parse(localStorage.getItem(`${this.prefix} ${name}`));
    } catch {
      return null;
    }
  }

  /** Keep a value; null forgets it. */
  write(name, value) {
    try {
      if (value === null) localStorage.removeItem(`${this.prefix} ${name}`);
      else localStorage.setItem(`${this.prefix} ${name}`, JSON.stringify(value));
    } catch {
      // Blocked or full: the page goes on without.
    }
  }

  /** Who agreed to be remembered: the form's fields, and receipts `{token, article, by, approved}`, newest first. */
  get reader() {
    return this.read("reader") ?? { fields: null, receipts: [] };
  }

  remember(fields, receipt) {
    const receipts = [{ ...receipt, by: identity(fields) }, ...this.reader.receipts];
    this.write("reader", { fields, receipts: receipts.slice(0, MOST_RECEIPTS) });
  }

  /** The receipt that shows best that this reader is known: an approved comment's, else the one decided first. */
  receiptFor(fields) {
    const own = this.reader.receipts.filter(({ by }) => by === identity(fields));
    return (own.find(({ approved }) => approved) ?? own.at(-1))?.token;
  }

  /** Note that a comment was approved, or else that its receipt is good for nothing. */
  note(token, approved) {
    const { fields, receipts } = this.reader;
    const noted = receipts.flatMap((each) => (each.token !== token ? each : approved ? { ...each, approved } : []));
    this.write("reader", { fields, receipts: noted });
  }
}

// A receipt helps only the one whom it was given to.
const identity = (fields) => `${fields.author_name}\n${fields.author_email}`.toLowerCase();
