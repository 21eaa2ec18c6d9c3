import { LockButton } from "../operators/lock-button.js";
import { Outbox } from "../outbox/outbox.js";
import { LinkState } from "../parts/link-state.js";
import { Notices } from "../parts/notices.js";
import { Shell } from "../parts/shell.js";
import { useLastOpen } from "../recording/last-open.js";
import { Recording } from "../recording/recording.js";
import { useRoute } from "../router.js";
import { useStation } from "../station/context.js";
import { Home } from "./home.js";
import { Operators } from "./operators.js";
import { Sealed } from "./sealed.js";
import { Services } from "./services.js";

/** The screen that the address names. */
export function Screens() {
  const route = useRoute();
  const { site } = useStation();
  useLastOpen(route);
  const screen = () => {
    switch (route.screen) {
      case "home":
        return <Home />;
      case "services":
        return <Services />;
      case "recording":
        return <Recording key={route.draft} id={route.draft} review={route.review} />;
      case "sealed":
        return <Sealed pid={route.pid} />;
      case "outbox":
        return <Outbox />;
      case "operators":
        return <Operators />;
    }
  };
  const status = (
    <>
      <LinkState />
      <LockButton />
    </>
  );
  return (
    <Shell place={site.siteName} home={route.screen !== "home"} status={status} notices={<Notices />}>
      {screen()}
    </Shell>
  );
}
