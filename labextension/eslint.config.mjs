import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The rooms of `src/`, upper ones first. A room may import lower rows, never its own row's neighbours or upper rows. */
const rows = [
  ['index', 'commands', 'tokens', 'widget'],
  ['panes'],
  ['views', 'terminals'],
  ['session'],
  ['server'],
  ['protocol']
];

/** Matches an import of one of these rooms out of another: `../panes`, `../../panes/place`, `./panes` (from `src/` itself). */
const reaching = rooms => `^(\\.\\.?/)+(${rooms.join('|')})(/|$)`;

/** One block of rules a room: what it must not import. The top row is wiring, and may import its own row. */
const oneWay = rows.slice(1).flatMap((row, below) =>
  row.map(room => {
    const forbidden = [...rows.slice(0, below + 1).flat(), ...row.filter(other => other !== room)];
    return {
      files: [`src/${room}.{ts,tsx}`, `src/${room}/**/*.{ts,tsx}`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                regex: reaching(forbidden),
                message: `${room}/ must not import an upper room or a neighbour.`
              }
            ]
          }
        ]
      }
    };
  })
);

/** The fold is pure: it knows the events, the state and its own parts, nothing else, so that it can run anywhere. */
const pureFold = [
  ['reduce', '^(?!\\.\\./protocol(/|$)|\\./state$|\\./folds/[a-z]+$)'],
  ['folds/*', '^(?!\\.\\./\\.\\./protocol(/|$)|\\.\\./state$|\\./[a-z]+$)'],
  ['state', '^(?!\\.\\./protocol(/|$))']
].map(([file, regex]) => ({
  files: [`src/session/${file}.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [{ regex, message: 'The fold imports only the protocol, its own parts and its own state.' }]
      }
    ]
  }
}));

export default defineConfig([
  globalIgnores(['lib', 'coverage', 'src/protocol/generated*']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      curly: 'error',
      eqeqeq: 'error',
      'prefer-arrow-callback': 'error',
      // An async callback where nothing waits for it is how JupyterLab's signals and React's handlers are written.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      // A number in a template is plain.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }]
    }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [jupyter.configs.recommended],
    plugins: { jupyter, 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' }
  },
  ...oneWay,
  ...pureFold,
  { files: ['style/*.js'], languageOptions: { sourceType: 'module' } },
  prettier
]);
