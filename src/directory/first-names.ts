/**
 * Short forms and spellings of one first name, as people in Britain and Ireland use them, folded. A name may be in several
 * groups: Alex is short for Alexander and for Alexandra.
 */
const GROUPS = `
abdul abdool|abigail abbie abby abi gail|adam ad|agnes aggie nessie|aidan aiden|alan allan allen al
|alasdair alistair alastair alister ally al|albert al bert bertie|alexander alex alec alek sandy sasha xander
|alexandra alex alexa lexi sandra sasha sandie|alfred alf alfie fred freddie|alice ali alys|alison allison ali
|amanda mandy|amelia amy millie mia|andrew andy drew|andrea andie|angela angie ange|anthony antony tony ant
|ann anne anna annie hannah nan nancy|antoinette toni nettie|arthur art artie|barbara barb babs barbie|beatrice bea trixie
|benjamin ben benny benji|bernard bernie|bernadette bernie|beverley beverly bev|brendan brendon|bridget biddy bridie brid
|bryan brian|caroline carolyn carol carrie caro|carol carole|catherine katherine katharine kathryn cathryn kate katie cathy
kathy kath cath kay kit kitty cat kat catriona|cecilia cissie celia|charles charlie chas chuck|charlotte charlie lottie
|christine christina chris chrissie tina|christopher chris kit topher|claire clare|clifford cliff|constance connie
|cynthia cindy|daniel dan danny|danielle dani|david dave davey dai|deborah debra debbie deb|denise dennie|dennis denis denny
|derek derrick del|diana diane di|dominic dom|donald don donnie|dorothy dot dottie dolly|douglas doug|edith edie
|edward ed eddie ted teddy ned|eileen aileen eily|eleanor elinor ellie nell nellie nora|elizabeth elisabeth liz lizzie lizzy
beth betty bess libby eliza elsie lisa liza bethan bethany|ellen ellie nell nellie|emily em emmie|emma em|eric erik
|ernest ernie|esther essie|eugene gene|euan ewan ewen iwan|evelyn eve evie|florence flo florrie flossie|frances fran francine
frannie|francis frank frankie fran|frederick fred freddie freddy|gabriel gabe|gareth gary gaz|gary garry|geoffrey jeffrey geoff
jeff|george georgie|georgina georgia georgie gina|gerald gerry jerry|gerard gerry ged|gillian jillian gill jill|gordon gordie
|grace gracie|graham graeme grahame|gregory greg|harold harry hal|harriet hattie harri|helen helena nell ellen lena
|henry harry hal hank|hugh hughie huw|ian iain|imogen immy|irene rene|isabel isobel isabelle isabella bella izzy belle
|jack jackie john|jacob jake|jacqueline jackie jacqui jacky|james jim jimmy jamie jem|janet jan jenny|janice jan|jane janie jayne
|jasmine jas yasmin|jason jay jase|jean jeanie|jennifer jen jenny jennie jenni|jeremy jerry jem|jessica jess jessie|joan joanie
|joanne joanna jo joan|john johnny jack jon|jonathan jon jonny johnathan jonathon johnny|joseph joe joey jo|josephine jo josie
|joshua josh|joyce joy|judith judy jude|julia julie jules|julian jules|juliet juliette jules|karen karin|katrina trina kat
|kayleigh kaylee kay|kenneth ken kenny|kevin kev|kimberley kimberly kim|lawrence laurence larry laurie|laura laurie lauren
|leonard len lenny leo|leslie lesley les|lewis louis lew lou|lillian lilian lily lil|linda lynda lin lindy|lindsay lindsey
|louise lou louisa|lucy lucie lucinda|lynne lynn lyn|madeleine madeline maddie maddy|malcolm malc mal|margaret maggie meg megan peggy
marge margie madge rita greta daisy margot|maria mariah mia|marie mari maria|marian marion|marjorie marge margie|mark marc|martha mattie
|martin marty|mary marie maria molly polly mae may|matilda tilly mattie|mathew matthew matt matty|maureen mo|maxwell max|maximilian max
|melanie mel|melissa mel missy|michael mike mick mickey micky micheal mikey|micheal michael|michelle shelley chelle michele
|mohammed muhammad mohamed mohammad muhammed mohamad mohd md mo|muriel mew|nancy nan|natalie nat natasha|natasha tasha nat
|nathan nate nat|nathaniel nathan nat nate|neil neal niall|nicholas nicolas nick nicky nic|nicola nicole nikki nicky nic
|norman norm|oliver ollie olly|olivia liv livvy ollie|owen owain|pamela pam pammy|patricia pat patsy trish tricia paddy patti
|patrick pat paddy padraig|pauline paula|penelope penny pen|peter pete|philip phillip phil pip|philippa pippa pip phil
|priscilla cilla|rachel rachael rach rae|raymond ray|rebecca becky bec beck becca rebekah|reginald reg reggie
|richard rich rick ricky dick richie dickie|robert rob robbie bob bobby bert robin|roberta bobbie|roderick rod roddy
|rodney rod|roger rodge|roisin rosheen|ronald ron ronnie|rosemary rose rosie romy|rose rosie|rosalind ros roz|rory ruairi
|roy royston|russell russ|ruth ruthie|samantha sam sammy|samuel sam sammy|sarah sara sally sadie|sean shaun shawn shane eoin
|sebastian seb|sharon shaz|sheila shelagh|shirley shirl|sian jane|simon si|siobhan shevaun chevonne|sophie sofia sophia
|stacey stacy|stephanie steph stef stephie|stephen steven steve stevie stephan|stuart stewart stu|susan sue susie suzy susanna
susannah suzanne sukie|sylvia silvia|tamsin thomasina|teresa theresa terry tess tessa tracy tracey|terence terry tel
|thomas tom tommy|timothy tim timmy|tobias toby|tracey tracy|ursula ursie|valerie val|vanessa nessa|veronica ronnie vera
|victor vic|victoria vicky vicki tori vikki|vincent vince vinny|violet vi|virginia ginny ginnie|vivienne vivien vivian viv
|walter wally walt|wendy wend|wilfred wilf|william will bill billy willie liam|winifred win winnie|yvonne eve|yvette eve
|zachary zach zac zak zack|zoe zoey|aleksander alexander olek alek|aleksandra alexandra ola|agnieszka aga|katarzyna kasia kate
|malgorzata gosia margaret|krzysztof chris krzys|elzbieta ela elizabeth|jose pepe|francisco paco fran|yusuf yousuf yousef joseph
|hussain hussein husain|ahmed ahmad|fatima fatimah|aisha ayesha aysha aishah|ibrahim abraham|yahya john|mustafa mustapha
|omar umar|usman osman uthman|zainab zaynab|mehmet mehmed|oluwaseun seun|oluwaseyi seyi|oluwatobi tobi|oluwafemi femi
|chukwuemeka emeka|ngozi ngo|adebayo bayo|babatunde tunde|folasade sade|olumide mide|temitope tope`

/** Names so near to another that a difference of one letter is another person, and no slip, though they are in no group. */
const OTHERS = `carl carla paul paula robert roberta martin martina simon simone louis louise denis denise daniel danielle
  gabriel gabriella patrick patricia john joan jean jane jan joanne dean deanne sean joseph josephine oliver olivia christian
  christina michael michelle brian brianna alan alana ivan ivana mario maria julio julia marco marc mark mary marie carol
  karl kurt erin eric erica tara sara kiera kieran ciara ciaran ellen helen lena gena tina dina lisa liza rita anita
  mina nina ryan bryan bryn lynn luke lucy lola lila leila layla laila amir amira samir samira karim karima nadia nadim
  jamal jamila khalid khalida rashid rashida said saida farid farida hamid hamida nasir nasira latif latifa raj raja rajan
  ravi rani rana rina tanya sonya sonia tania anil anila sunil sunita kiran karan tarun varun arun aran rohan rohit mohit
  amit ajit sumit lalit harjit manjit ranjit surjit baljit daljit paramjit gurjit harpreet gurpreet jaspreet manpreet
  amanpreet dylan dilan ethan evan euan ewan owen gwen glen glenn harry barry larry gary cary mary molly polly holly dolly
  milly tilly billy lilly ella bella emma gemma jack zack mack chad brad rhys rees tom tim jim kim sam pam dan ian ann
  anna hannah hanna joe zoe chloe noel noelle nigel niall donna dona dora nora cora flora laura lara lauren loren lorna
  morna myrna jenna jerry terry kerry perry sherry cherry elsa else elsie rosa ross rose alice alicia alison amy may kay
  ray fay jay guy roy ruby rudy judy jude june jake luca lucas marcus marc max alex felix leo leon lionel theo thea
  tomas thomas tobias elias eva ava ada ida edna emil emily emile cecil cecile adrian adriana andrea andreas andre andrew
  anton antonia antonio claudia claudio fabio fabia julian juliana lucian luciana marian mariana valentin valentina`

const groupsByName = new Map<string, Set<number>>()
const members = GROUPS.split('|').map((group) => group.trim().split(/\s+/))
for (const [at, group] of members.entries())
  for (const name of group) groupsByName.set(name, (groupsByName.get(name) ?? new Set()).add(at))

const KNOWN = new Set([...groupsByName.keys(), ...OTHERS.trim().split(/\s+/)])

/** Whether one is a usual short form, or another spelling, of the other. Both folded. */
export function areFormsOfOneName(one: string, other: string): boolean {
  const groups = groupsByName.get(one)
  return groups !== undefined && [...(groupsByName.get(other) ?? [])].some((at) => groups.has(at))
}

/** The other forms of a folded first name. */
export function formsOf(name: string): string[] {
  const groups = [...(groupsByName.get(name) ?? [])]
  return [...new Set(groups.flatMap((at) => members[at] as string[]))].filter((form) => form !== name)
}

/** Whether it is a first name by itself, so that it isn't likely to be a slip of another one. */
export function isKnownFirstName(name: string): boolean {
  return KNOWN.has(name)
}
