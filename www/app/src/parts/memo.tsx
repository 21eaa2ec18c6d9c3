import { Component, type ComponentType, type FunctionComponent } from "preact";

/** Renders again only when a prop is another one than before. */
export function memo<P extends object>(Inner: FunctionComponent<P>): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const names = Object.keys(next) as (keyof P)[];
      return names.some((name) => next[name] !== this.props[name]);
    }
    override render() {
      const props: P = this.props;
      return <Inner {...props} />;
    }
  };
}
