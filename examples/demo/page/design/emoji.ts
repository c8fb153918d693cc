/** Some of the emoji, with the words they are found by. The first six are those that people react with most. */
const words = `
👍 thumbs up yes good like|❤️ heart love red|😂 laugh joy tears|🎉 party celebrate tada|😮 wow surprised|😢 sad cry
👎 thumbs down no|🙏 thanks please pray|👏 clap applause bravo|🔥 fire hot|👀 eyes look|✅ check done yes
💯 hundred perfect|🚀 rocket ship launch|🤔 think hmm|😅 sweat relief|😍 love eyes|🥳 party face birthday
😀 grin happy|😃 smile happy|😄 laugh happy|😁 beam grin|😆 squint laugh|🙂 slight smile|😉 wink|😊 blush smile
😎 cool sunglasses|🤩 star eyes|😘 kiss|😋 yum tasty|😜 wink tongue|🤪 zany crazy|🤗 hug|🤭 oops giggle
🤫 quiet shush|😐 neutral|🙄 roll eyes|😬 grimace awkward|😌 relieved calm|😴 sleep tired|🤒 sick ill|🤯 mind blown
😕 confused|🙁 frown sad|😳 flushed|🥺 please puppy|😱 scream fear|😭 sob cry|😤 huff triumph|😡 angry mad
🤬 swear|💀 skull dead|🤡 clown|👻 ghost|🤖 robot|👋 wave hello bye|🤝 handshake deal|✌️ peace victory
🤞 fingers crossed luck|👌 ok perfect|🤘 rock|💪 muscle strong|🙌 hooray hands|🫶 heart hands love|🤷 shrug|🤦 facepalm
💔 broken heart|💙 blue heart|💚 green heart|💛 yellow heart|💜 purple heart|🧡 orange heart|✨ sparkles|⭐ star
🌟 glow star|⚡ lightning fast|☀️ sun sunny|🌈 rainbow|❄️ snow cold|🌧️ rain|🌸 blossom flower|🌹 rose flower
🌳 tree|🐶 dog|🐱 cat|🦊 fox|🐼 panda|🦄 unicorn|🐝 bee|🐢 turtle slow
☕ coffee|🍵 tea|🍺 beer|🥂 cheers toast|🍕 pizza|🍔 burger|🍎 apple|🍰 cake
🎂 birthday cake|🍪 cookie|⚽ football soccer|🏀 basketball|🏆 trophy win|🎯 target bullseye|🎸 guitar music|🎵 music note
🎁 gift present|🎈 balloon|🏖️ beach holiday|✈️ plane travel|🚗 car|🚲 bike|🏠 home house|⏰ alarm clock
💡 idea light|📌 pin|📅 calendar date|📎 clip attach|💻 laptop computer|📱 phone|🔒 lock secure|🔑 key
🐛 bug|🛠️ tools fix|💰 money|📈 chart up growth|❌ no cross wrong|❓ question|❗ exclamation|⚠️ warning
`

export interface Emoji {
  emoji: string
  words: string
}

export const emojis: readonly Emoji[] = words
  .trim()
  .split(/[|\n]/)
  .map((entry) => {
    const [emoji = '', ...names] = entry.split(' ')
    return { emoji, words: names.join(' ') }
  })

export const quickEmojis = emojis.slice(0, 6)
