/** The panel in which the work lands: looked up, asked, done. */
import { useEffect, useState, type ReactElement } from 'react';

import type { Landed, LandInfo } from '../../protocol';
import { messageOf } from '../../server/request';
import { doneIcon } from '../icons';
import type { IChangesProps } from './changes';
import { LandForm } from './landForm';
import { PanelHead } from './panelHead';
import { Publish } from './publish';

export interface ILandProps extends IChangesProps {
  readonly onClose: () => void;
}

export function Land(props: ILandProps): ReactElement {
  const { context, landing, session, shorten, onClose } = props;
  const { trans } = context;
  const [info, setInfo] = useState<LandInfo | null>(null);
  const [problem, setProblem] = useState('');
  const [landed, setLanded] = useState<Landed | null>(null);
  const look = () => {
    landing.info().then(setInfo, (reason: unknown) => {
      setProblem(messageOf(reason));
    });
  };
  // Once for each time the panel is opened.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(look, []);
  return (
    <section
      className="parsess-Panel"
      aria-label={trans.__('Land the work')}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          onClose();
        }
      }}
    >
      <PanelHead
        title={session.branch === null ? trans.__('Land the work') : trans.__('Land %1', session.branch)}
        closeLabel={trans.__('Back to the changes')}
        onClose={onClose}
      />
      {problem !== '' && (
        <p className="parsess-Error" role="alert">
          {problem}
        </p>
      )}
      {!info && problem === '' && (
        <div className="parsess-Skeleton" role="status" aria-label={trans.__('Looking where it could land')}>
          <div />
          <div />
        </div>
      )}
      {landed ? (
        <AfterLanding {...props} landed={landed} />
      ) : (
        info && (
          <>
            <LandForm {...props} info={info} onLanded={setLanded} onLook={look} />
            <Publish context={context} landing={landing} info={info} name={session.name} shorten={shorten} />
          </>
        )
      )}
    </section>
  );
}

interface IAfterLandingProps extends ILandProps {
  readonly landed: Landed;
}

function AfterLanding({ context, actions, session, landed, onClose }: IAfterLandingProps): ReactElement {
  const { trans } = context;
  return (
    <div className="parsess-Land" role="status">
      <p className="parsess-Land-done">
        <doneIcon.react tag="span" className="parsess-Line-icon" />
        {trans.__('Landed on %1 as %2.', landed.target, landed.commit.slice(0, 9))}
      </p>
      <div className="parsess-Panel-end">
        <button type="button" className="parsess-Button" onClick={onClose}>
          {trans.__('Go on working')}
        </button>
        {session.worktree?.id && (
          <button
            type="button"
            className="parsess-Button parsess-mod-accent"
            autoFocus
            onClick={() => {
              actions.showPanel('remove');
            }}
          >
            {trans.__('Archive the session and remove the worktree…')}
          </button>
        )}
      </div>
    </div>
  );
}
