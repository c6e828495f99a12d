import './base.css';
import './header.css';
import './transcript.css';
import './content.css';
import './waiting.css';
import './composer.css';
import './form.css';
import './pane.css';
