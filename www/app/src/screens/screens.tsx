import { LinkState } from "../parts/link-state.js";
import { Shell } from "../parts/shell.js";
import { useRoute } from "../router.js";
import { useStation } from "../station/context.js";
import { Recording } from "../recording/recording.js";
import { Home } from "./home.js";
import { Outbox } from "./outbox.js";
import { Sealed } from "./sealed.js";
import { Services } from "./services.js";

/** The screen that the address names. */
export function Screens() {
  const route = useRoute();
  const { site } = useStation();
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
    }
  };
  return (
    <Shell place={site.siteName} home={route.screen !== "home"} status={<LinkState />}>
      {screen()}
    </Shell>
  );
}
