/** Every style sheet that belongs to no single feature, in the order of the cascade, and the one typeface. */
import "@fontsource-variable/bricolage-grotesque/wght.css";
import "./arabic.css";
import "./tokens.css";
import "./base.css";
import "./screen.css";
import "./button.css";
import "./field.css";
import "./notice.css";
import "./sheet.css";
import "./facts.css";
import "./menu.css";
import "./tally.css";
import "./payment-state.css";
import "./qr-code.css";
