/** What the name of a field, header or parameter says about its value. */

/** `password`: short enough to be guessed, so nothing at all is kept of it. */
export type SecretKind = 'token' | 'password'

/** What kind of personal thing a field holds. */
export type PersonalKind =
  | 'first'
  | 'last'
  | 'full'
  | 'handle'
  | 'digits'
  | 'street'
  | 'birthday'
  | 'address'

/** `X-Api-Key`, `api_key` and `apiKey` are one name. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

const passwords =
  /(?:password|passwd|passphrase|passcode|passwort)(?:confirmation|confirm|hash|salt|old|new|\d)?$|^(?:pwd|pass|pin|otp|totp|cvv|cvc|mfacode|securitycode|verificationcode|securityanswer|recoveryanswer)$/
const tokens =
  /(?:token|secret|apikey|accesskey|secretkey|privatekey|signingkey|encryptionkey|authkey|sessionkey|licensekey|accesskeyid|authorization|sessionid|csrf|xsrf|signature|assertion|codeverifier|connectionstring|webhookurl|bearer|samlresponse|setcookie|cookie|jwt)s?$|^(?:sid|sig|hmac|credentials?|devicecode|usercode|phpsessid)$|credential$/
/** Cursors and counts: they are no keys to anything. */
const harmless =
  /^(?:next|prev|previous|page|sync|start|continue|continuation|cursor|end|max|min|total|prompt|completion|input|output|num).*tokens?$/

/** Whether a name says that its value is a secret. */
export function secretKindOf(name: string): SecretKind | undefined {
  const normal = normalName(name)
  if (passwords.test(normal)) return 'password'
  return tokens.test(normal) && !harmless.test(normal) ? 'token' : undefined
}

/** Headers are broader: whatever has to do with getting in is a secret, unless it is a question. */
export function secretHeaderKindOf(name: string): SecretKind | undefined {
  if (/^(?:www-authenticate|proxy-authenticate|access-control-.*|.*author(?!iz).*)$/i.test(name)) {
    return undefined
  }
  if (/scope|expir|type|method|limit|remaining|duration|policy|version/i.test(name))
    return undefined
  const isSecret = /auth|token|secret|api-?key|session|cookie|csrf|xsrf|credential|signature|jwt/i
  return isSecret.test(name) ? 'token' : secretKindOf(name)
}

const personal: Readonly<Record<PersonalKind, RegExp>> = {
  first: /^(?:firstname|givenname|fname|forename|middlename)$/,
  last: /^(?:lastname|familyname|surname|lname)$/,
  full: /^(?:fullname|realname|realnamenormalized|formattedname|legalname|(?:user|author|owner|creator|member|manager|customer|contact|sender|recipient|reporter|assignee|employee)(?:display|full|real)name)$/,
  handle: /^(?:username|login|loginname|handle|screenname|preferredusername|samaccountname)$/,
  digits:
    /^(?:.*(?:phone|mobile|telephone|fax)(?:number)?|tel|cell|ssn|socialsecuritynumber|taxid|nationalid|passportnumber|iban|cardnumber|employeenumber|zip|zipcode|postalcode)$/,
  street: /^(?:street|streetaddress|street1|street2|address1|address2|addressline\d?)$/,
  birthday: /^(?:birthdate|dateofbirth|dob|birthday)$/,
  address:
    /^(?:ip|ipaddress|clientip|remoteip|remoteaddr|remoteaddress|sourceip|xforwardedfor|xrealip)$/,
}

/** Names that are a person's only where the things around them are: a project has a name, too. */
const personalInPerson: Readonly<Partial<Record<PersonalKind, RegExp>>> = {
  full: /^(?:name|displayname|displaynamenormalized|formatted|nickname)$/,
  handle: /^(?:userid|shortname)$/,
}

/** The names of a service's fields are few, and each is asked for a thousand times. */
const answered = new Map<string, PersonalKind | undefined>()

/** Whether a name says that its value tells who somebody is. */
export function personalKindOf(name: string, inPerson: boolean): PersonalKind | undefined {
  const key = `${inPerson ? 'person' : 'thing'}.${name}`
  if (answered.has(key)) return answered.get(key)
  if (answered.size > 10_000) answered.clear()
  const kind = findPersonalKind(normalName(name), inPerson)
  answered.set(key, kind)
  return kind
}

function findPersonalKind(normal: string, inPerson: boolean): PersonalKind | undefined {
  for (const [kind, pattern] of Object.entries(personal)) {
    if (pattern.test(normal)) return kind as PersonalKind
  }
  if (!inPerson) return undefined
  for (const [kind, pattern] of Object.entries(personalInPerson)) {
    if (pattern.test(normal)) return kind as PersonalKind
  }
  return undefined
}

const marks =
  /^(?:email|emailaddress|mail|primaryemail|useremail|login|username|firstname|lastname|givenname|familyname|realname|screenname|accountid|userprincipalname)$/
const holders =
  /^(?:users?|members?|owners?|authors?|creator|createdby|updatedby|modifiedby|lastmodifyinguser|assignees?|reporter|manager|sender|recipients?|contacts?|employees?|persons?|people|actor|lead|organizer|attendees?|invitees?|guests?|requester|submitter|approvers?)$/

/** Whether a name says that people are below it: as objects, or as their ids and handles. */
export function holdsPeople(name: string): boolean {
  return holders.test(normalName(name).replace(/ids?$/, ''))
}

/** Whether an object is about a person, by what it has and by the name that it stands under. */
export function isPerson(object: object, name: string): boolean {
  const keys = Object.keys(object)
  if (holders.test(normalName(name)) || keys.some((key) => marks.test(normalName(key)))) return true
  const { profile, name: inner } = object as { profile?: unknown; name?: unknown }
  return [profile, inner].some(
    (one) =>
      typeof one === 'object' &&
      one !== null &&
      Object.keys(one).some((key) => marks.test(normalName(key))),
  )
}
