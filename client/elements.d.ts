// What Rejoinder's elements are to React's JSX. Without React, nothing of this is needed.
import type { DetailedHTMLProps, HTMLAttributes } from "react";

type Tag<Attributes> = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & Attributes;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "rejoinder-thread": Tag<{ article: string; sort?: "oldest" | "newest"; section?: string }>;
      "rejoinder-count": Tag<{ article: string }>;
    }
  }
}
