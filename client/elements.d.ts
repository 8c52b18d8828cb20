// What Rejoinder's elements are to React's JSX. Without React, nothing of this is needed.
import type { DetailedHTMLProps, HTMLAttributes } from "react";

type Element<Attributes> = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & Attributes;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "rejoinder-thread": Element<{ article: string }>;
      "rejoinder-count": Element<{ article: string }>;
    }
  }
}
