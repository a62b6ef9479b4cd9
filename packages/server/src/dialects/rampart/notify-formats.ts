import { bounded } from './describe.js';
import type { Notify } from './policy/model.js';

/** What people are told. The command is redacted. */
export interface Notification {
  readonly action: string;
  readonly tool: string;
  readonly command: string;
  readonly policy: string;
  readonly message: string;
  readonly agent: string;
  /** RFC 3339. */
  readonly timestamp: string;
  /** The call on one line, every argument included; there where somebody is asked about it. */
  readonly summary?: string;
  readonly approval_id?: string;
  readonly expires_at?: string;
  readonly resolve_url?: string;
}

type Platform = Exclude<Notify['platform'], 'auto'>;

const HOSTS: readonly (readonly [RegExp, Platform])[] = [
  [/(?:^|\.)slack\.com$/, 'slack'],
  [/(?:^|\.)discord(?:app)?\.com$/, 'discord'],
  [/(?:^|\.)(?:office|office365|logic\.azure)\.com$/, 'teams'],
];

/** The format that a target understands: as configured, else by its host. */
export function platformOf({ platform, url }: Notify): Platform {
  if (platform !== 'auto') return platform;
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return HOSTS.find(([pattern]) => pattern.test(host))?.[1] ?? 'webhook';
}

/** A notification as the platform wants it posted. */
export function formatNotification(platform: Platform, notification: Notification): object {
  return FORMATS[platform](notification);
}

const COLORS: Readonly<Record<string, number>> = { deny: 0xd1242f, ask: 0xbf8700, require_approval: 0xbf8700 };
const colorOf = ({ action }: Notification): number => COLORS[action] ?? 0x0969da;

const title = ({ action, tool }: Notification): string => `Rampart: ${action} ${tool}`;

/** The parts that are worth showing, with their names. */
function facts(notification: Notification): readonly (readonly [string, string])[] {
  const { agent, policy, command, summary = command, message, expires_at = '' } = notification;
  const all = [
    ['Agent', agent],
    ['Policy', policy],
    ['Command', summary],
    ['Reason', message],
    ['Expires', expires_at],
  ] as const;
  return all.filter(([, value]) => value !== '');
}

/** Platforms refuse longer texts. */
const clip = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text);

/** Slack reads these three characters as markup. */
const slackText = (text: string): string =>
  bounded(text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'), 1900);

/** Nothing in a notification may mention somebody or look like formatting. */
const discordText = (text: string): string => bounded(text.replace(/[\\*_~`|@#<>]/g, '\\$&'), 990);

const FORMATS: Readonly<Record<Platform, (notification: Notification) => object>> = {
  webhook: (notification) => notification,
  openclaw: (notification) => ({
    ...notification,
    message: [title(notification), ...facts(notification).map(([name, value]) => `${name}: ${value}`)].join('\n'),
  }),
  slack: (notification) => ({
    text: slackText(title(notification)),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: clip(title(notification), 150) } },
      {
        type: 'section',
        fields: facts(notification).map(([name, value]) => ({
          type: 'mrkdwn',
          text: `*${name}*\n${slackText(value)}`,
        })),
      },
      ...(notification.resolve_url === undefined
        ? []
        : [{ type: 'section', text: { type: 'mrkdwn', text: `<${notification.resolve_url}|Review this request>` } }]),
    ],
  }),
  discord: (notification) => ({
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: clip(title(notification), 250),
        color: colorOf(notification),
        timestamp: notification.timestamp,
        fields: facts(notification).map(([name, value]) => ({ name, value: discordText(value), inline: false })),
        ...(notification.resolve_url !== undefined && { url: notification.resolve_url }),
      },
    ],
  }),
  teams: (notification) => ({
    '@type': 'MessageCard',
    '@context': 'https://schema.org/extensions',
    summary: title(notification),
    themeColor: colorOf(notification).toString(16).padStart(6, '0'),
    title: title(notification),
    sections: [
      { facts: facts(notification).map(([name, value]) => ({ name, value: bounded(value, 990) })), markdown: false },
    ],
    ...(notification.resolve_url !== undefined && {
      potentialAction: [
        {
          '@type': 'OpenUri',
          name: 'Review this request',
          targets: [{ os: 'default', uri: notification.resolve_url }],
        },
      ],
    }),
  }),
};
