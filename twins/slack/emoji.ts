/**
 * The emoji that turn up in work chat, by Slack's short name. Slack knows some 1,900; a rarer one in a
 * text stays as it was written, and any well-formed name may be used as a reaction (FACTS: emoji).
 */
const table = `
smile 😄|smiley 😃|grinning 😀|grin 😁|laughing 😆|sweat_smile 😅|joy 😂|rolling_on_the_floor_laughing 🤣
slightly_smiling_face 🙂|upside_down_face 🙃|wink 😉|blush 😊|innocent 😇|heart_eyes 😍|kissing_heart 😘
yum 😋|stuck_out_tongue 😛|thinking_face 🤔|neutral_face 😐|expressionless 😑|smirk 😏|unamused 😒
face_with_rolling_eyes 🙄|grimacing 😬|relieved 😌|pensive 😔|sleepy 😪|sleeping 😴|mask 😷|sunglasses 😎
confused 😕|worried 😟|slightly_frowning_face 🙁|open_mouth 😮|astonished 😲|flushed 😳|fearful 😨|cry 😢
sob 😭|scream 😱|disappointed 😞|sweat 😓|weary 😩|tired_face 😫|triumph 😤|rage 😡|angry 😠|skull 💀
hankey 💩|robot_face 🤖|wave 👋|raised_hand ✋|ok_hand 👌|v ✌️|crossed_fingers 🤞|point_left 👈
point_right 👉|point_up_2 👆|point_down 👇|+1 👍|-1 👎|fist ✊|facepunch 👊|clap 👏|raised_hands 🙌|pray 🙏
muscle 💪|eyes 👀|brain 🧠|heart ❤️|broken_heart 💔|green_heart 💚|blue_heart 💙|purple_heart 💜|100 💯
boom 💥|sparkles ✨|star ⭐|star2 🌟|zap ⚡|fire 🔥|snowflake ❄️|sunny ☀️|rainbow 🌈|tada 🎉|confetti_ball 🎊
balloon 🎈|gift 🎁|trophy 🏆|medal 🏅|coffee ☕|beer 🍺|beers 🍻|pizza 🍕|cake 🍰|birthday 🎂|rocket 🚀
airplane ✈️|car 🚗|house 🏠|office 🏢|watch ⌚|alarm_clock ⏰|hourglass ⌛|computer 💻|iphone 📱|email 📧
envelope ✉️|package 📦|pencil2 ✏️|memo 📝|calendar 📆|date 📅|chart_with_upwards_trend 📈
chart_with_downwards_trend 📉|bar_chart 📊|clipboard 📋|pushpin 📌|paperclip 📎|lock 🔒|unlock 🔓|key 🔑
hammer 🔨|wrench 🔧|gear ⚙️|link 🔗|bulb 💡|bug 🐛|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢
speech_balloon 💬|warning ⚠️|no_entry ⛔|no_entry_sign 🚫|x ❌|white_check_mark ✅|heavy_check_mark ✔️
question ❓|exclamation ❗|information_source ℹ️|red_circle 🔴|large_blue_circle 🔵|large_green_circle 🟢
large_yellow_circle 🟡|arrow_up ⬆️|arrow_down ⬇️|arrow_right ➡️|arrow_left ⬅️|recycle ♻️|rotating_light 🚨
checkered_flag 🏁|see_no_evil 🙈|ghost 👻|crown 👑|money_with_wings 💸|moneybag 💰|mag 🔍|hand 🖐️
`

const aliases: Record<string, string> = {
  thumbsup: '+1',
  thumbsdown: '-1',
  satisfied: 'laughing',
  poop: 'hankey',
  shit: 'hankey',
  collision: 'boom',
  punch: 'facepunch',
  telephone_receiver: 'phone',
  e_mail: 'email',
  pencil: 'memo',
}

const names = new Map<string, string>()
const characters = new Map<string, string>()
for (const one of table.split(/[|\n]/)) {
  const [name, character] = one.split(' ')
  if (name === undefined || character === undefined) continue
  names.set(character, name)
  // The variation selector is often left out.
  names.set(character.replace('\ufe0f', ''), name)
  characters.set(name, character)
}

// One picture with its skin tone, or several joined to one: those are rare, and stay as they are.
const pictures =
  /\p{Extended_Pictographic}\ufe0f?[\u{1f3fb}-\u{1f3ff}]?(?:\u200d\p{Extended_Pictographic}\ufe0f?[\u{1f3fb}-\u{1f3ff}]?)*/gu
const lightestTone = 0x1f3fb

/** Text with emoji written as Slack stores them: `:smile:`. */
export function nameEmoji(text: string): string {
  return text.replace(pictures, (one) => {
    const [, picture = one, tone] = /^(.+)([\u{1f3fb}-\u{1f3ff}])$/u.exec(one) ?? []
    const name = names.get(picture) ?? names.get(picture.replace('\ufe0f', ''))
    if (name === undefined) return one
    return tone === undefined ? `:${name}:` : `:${name}::skin-tone-${numberOf(tone)}:`
  })
}

/** Slack counts skin tones from 2. */
function numberOf(tone: string): number {
  return tone.codePointAt(0)! - lightestTone + 2
}

/** The Unicode code points of a known emoji, as rich text carries them: `1f604`, with a skin tone `1f44d-1f3fd`. */
export function codePointsOf(name: string, tone?: string): string | undefined {
  const character = characters.get(aliases[name] ?? name)
  if (character === undefined) return undefined
  const points = [...character].map((one) => one.codePointAt(0)!)
  if (tone !== undefined) points.push(lightestTone + Number(tone) - 2)
  return points.map((one) => one.toString(16)).join('-')
}

const wellFormed = /^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/

/** The name under which a reaction is kept: aliases are one emoji. Undefined when it can be no emoji's name. */
export function reactionName(written: string): string | undefined {
  if (!wellFormed.test(written)) return undefined
  const cut = written.indexOf('::')
  const name = cut === -1 ? written : written.slice(0, cut)
  return (aliases[name] ?? name) + (cut === -1 ? '' : written.slice(cut))
}

/** Whether the name is one of those we know. */
export function isKnownEmoji(name: string): boolean {
  const cut = name.indexOf('::')
  return characters.has(cut === -1 ? name : name.slice(0, cut))
}
