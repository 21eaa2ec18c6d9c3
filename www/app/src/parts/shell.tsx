import type { ComponentChildren } from "preact";
import { texts } from "../texts/index.js";
import { Icon, Mark } from "./icon.js";

interface Props {
  /** Under the name of the app: where this tablet stands. */
  place?: string;
  /** Leads back to the first screen. */
  home?: boolean;
  /** At the right of the header. */
  status?: ComponentChildren;
  /** Under the header, on every screen. */
  notices?: ComponentChildren;
  children: ComponentChildren;
}

/** The frame of every screen: header, and the screen below. */
export function Shell({ place, home, status, notices, children }: Props) {
  return (
    <>
      <header class="shell-header">
        {home ? (
          <a class="shell-home" href="#/">
            <Icon name="back" />
            {texts.nav.home}
          </a>
        ) : (
          <span class="shell-brand">
            <Mark />
            <span>
              <strong>{texts.app.name}</strong>
              <small>{place ?? texts.app.title}</small>
            </span>
          </span>
        )}
        <div class="shell-status">{status}</div>
      </header>
      {notices}
      <main class="shell-main">{children}</main>
    </>
  );
}
