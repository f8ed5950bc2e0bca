import type { Role } from '../access/permissions.ts'
import type { NewOrganisation } from '../directory/organisation.ts'

type Job = { weight: number; title: string; doctor?: true; surgeon?: true }

export type Department = {
  weight: number
  name: string
  unit: string
  sites: readonly string[]
  jobs: readonly Job[]
}

export type DemoOrganisation = Required<NewOrganisation> & {
  people: number
  /** Some of the people came later, in a second file. */
  newStarters: number
  departments: readonly Department[]
  /** The local ID of the n-th person. */
  localId: (n: number) => string
}

const WARD =
  jobs(`30 Staff Nurse|12 Senior Staff Nurse|24 Healthcare Assistant|6 Sister / Charge Nurse|5 Ward Clerk
  |3 Advanced Nurse Practitioner|4 Housekeeper|2 Ward Manager|6 Dr Consultant Physician|6 Dr Specialty Registrar
  |7 Dr Foundation Doctor`)
const SURGICAL =
  jobs(`28 Staff Nurse|10 Senior Staff Nurse|22 Healthcare Assistant|4 Sister / Charge Nurse|4 Ward Clerk|3 Housekeeper
  |7 Mr Consultant Surgeon|7 Dr Specialty Registrar|5 Dr Foundation Doctor|2 Surgical Care Practitioner`)
const THEATRES =
  jobs(`26 Operating Department Practitioner|20 Theatre Nurse|10 Recovery Nurse|14 Theatre Support Worker
  |10 Dr Consultant Anaesthetist|6 Dr Specialty Registrar|3 Theatre Team Leader`)
const MATERNITY =
  jobs(`30 Midwife|14 Community Midwife|16 Maternity Support Worker|5 Dr Consultant Obstetrician
  |5 Dr Specialty Registrar|2 Infant Feeding Adviser|1 Head of Midwifery`)
const LABORATORY =
  jobs(`26 Biomedical Scientist|20 Medical Laboratory Assistant|16 Phlebotomist|4 Dr Consultant Pathologist
  |3 Laboratory Manager`)
const IMAGING = jobs(
  `28 Radiographer|8 Sonographer|8 Dr Consultant Radiologist|14 Imaging Assistant|4 Superintendent Radiographer`,
)
const PHARMACY = jobs(
  `22 Pharmacist|20 Pharmacy Technician|12 Pharmacy Assistant|2 Lead Pharmacist – Antimicrobials`,
)
const THERAPIES =
  jobs(`24 Physiotherapist|18 Occupational Therapist|8 Speech and Language Therapist|8 Dietitian
  |14 Therapy Assistant|2 Clinical Lead, Stroke Rehabilitation`)
const OUTPATIENTS = jobs(
  `20 Clinic Receptionist|16 Outpatient Nurse|10 Healthcare Assistant|8 Medical Secretary|2 Booking Team Leader`,
)
const ESTATES = jobs(
  `22 Porter|20 Domestic Assistant|6 Electrician|5 Plumber|8 Catering Assistant|5 Security Officer|2 Estates Manager`,
)
const OFFICE = jobs(
  `16 Administrator|6 Team Leader|5 Business Partner|8 Analyst|3 Project Manager|2 Head of Service`,
)
const DIGITAL =
  jobs(`14 Service Desk Analyst|6 Systems Engineer|5 Network Engineer|5 Applications Specialist|2 Head of Digital
  |3 Data Analyst`)

const GENERAL = 'Northmoor General Hospital'
const HILDA = 'St Hilda’s Hospital'
const RIVERSIDE = 'Riverside Community Clinic'
const EASTGATE = 'Eastgate Diagnostic Centre'
const HEADQUARTERS = 'Trust Headquarters'

/** The made-up trust and its two smaller neighbours. No such organisation has these codes. */
export const ORGANISATIONS: readonly DemoOrganisation[] = [
  {
    code: 'ZN1',
    name: 'Northmoor University Hospitals NHS Trust',
    sites: sites('ZN1', GENERAL, HILDA, RIVERSIDE, EASTGATE, HEADQUARTERS),
    units: units({
      Medicine: [
        'Acute Medicine',
        'Cardiology',
        'Care of Older People',
        'Emergency Care',
        'Respiratory Medicine',
      ],
      Surgery: ['General Surgery', 'Ophthalmology', 'Orthopaedics', 'Theatres and Anaesthetics'],
      'Women and Children': ['Maternity', 'Paediatrics'],
      'Clinical Support': ['Imaging', 'Outpatients', 'Pathology', 'Pharmacy', 'Therapies'],
      Corporate: ['Digital Services', 'Estates and Facilities', 'Finance', 'People and Culture'],
    }),
    people: 2100,
    newStarters: 60,
    localId: (n) => String(10_234 + 7 * n).padStart(8, '0'),
    departments: [
      { weight: 9, name: 'Acute Medical Unit', unit: 'Acute Medicine', sites: [GENERAL], jobs: WARD },
      { weight: 7, name: 'Cardiology', unit: 'Cardiology', sites: [GENERAL, HILDA], jobs: WARD },
      {
        weight: 8,
        name: 'Care of Older People',
        unit: 'Care of Older People',
        sites: [HILDA, GENERAL],
        jobs: WARD,
      },
      { weight: 10, name: 'Emergency Department', unit: 'Emergency Care', sites: [GENERAL], jobs: WARD },
      { weight: 5, name: 'Respiratory Medicine', unit: 'Respiratory Medicine', sites: [GENERAL], jobs: WARD },
      { weight: 7, name: 'General Surgery', unit: 'General Surgery', sites: [GENERAL], jobs: SURGICAL },
      { weight: 3, name: 'Eye Clinic', unit: 'Ophthalmology', sites: [EASTGATE], jobs: SURGICAL },
      {
        weight: 6,
        name: 'Trauma & Orthopaedics',
        unit: 'Orthopaedics',
        sites: [GENERAL, HILDA],
        jobs: SURGICAL,
      },
      {
        weight: 8,
        name: 'Main Theatres',
        unit: 'Theatres and Anaesthetics',
        sites: [GENERAL, HILDA],
        jobs: THEATRES,
      },
      { weight: 6, name: 'Maternity', unit: 'Maternity', sites: [GENERAL, RIVERSIDE], jobs: MATERNITY },
      { weight: 5, name: 'Children’s Ward', unit: 'Paediatrics', sites: [GENERAL], jobs: WARD },
      { weight: 5, name: 'Radiology', unit: 'Imaging', sites: [EASTGATE, GENERAL], jobs: IMAGING },
      {
        weight: 5,
        name: 'Outpatients',
        unit: 'Outpatients',
        sites: [GENERAL, RIVERSIDE, HILDA],
        jobs: OUTPATIENTS,
      },
      { weight: 5, name: 'Pathology', unit: 'Pathology', sites: [GENERAL], jobs: LABORATORY },
      { weight: 4, name: 'Pharmacy', unit: 'Pharmacy', sites: [GENERAL, HILDA], jobs: PHARMACY },
      { weight: 5, name: 'Therapies', unit: 'Therapies', sites: [GENERAL, RIVERSIDE], jobs: THERAPIES },
      { weight: 3, name: 'Digital Services', unit: 'Digital Services', sites: [HEADQUARTERS], jobs: DIGITAL },
      {
        weight: 7,
        name: 'Estates and Facilities',
        unit: 'Estates and Facilities',
        sites: [GENERAL, HILDA],
        jobs: ESTATES,
      },
      { weight: 2, name: 'Finance', unit: 'Finance', sites: [HEADQUARTERS], jobs: OFFICE },
      {
        weight: 2,
        name: 'People and Culture',
        unit: 'People and Culture',
        sites: [HEADQUARTERS],
        jobs: OFFICE,
      },
    ],
  },
  {
    code: 'ZF2',
    name: 'Alderbrook GP Federation',
    sites: sites('ZF2', 'Alderbrook Medical Centre', 'Mill Lane Surgery', 'The Old School Practice'),
    units: units({ Practices: ['Alderbrook', 'Mill Lane', 'Old School'], 'Federation Office': [] }),
    people: 300,
    newStarters: 0,
    localId: (n) => `GP-${String(n + 1).padStart(4, '0')}`,
    departments: [
      practice(5, 'Alderbrook', 'Alderbrook Medical Centre'),
      practice(3, 'Mill Lane', 'Mill Lane Surgery'),
      practice(3, 'Old School', 'The Old School Practice'),
      {
        weight: 1,
        name: 'Federation Office',
        unit: 'Federation Office',
        sites: ['Alderbrook Medical Centre'],
        jobs: OFFICE,
      },
    ],
  },
  {
    code: 'ZC3',
    name: 'Hollins Bank Care Homes',
    sites: sites('ZC3', 'Hollins Bank House', 'Larkfield Lodge'),
    units: units({ Care: [], 'Kitchen and Housekeeping': [], Office: [] }),
    people: 100,
    newStarters: 0,
    localId: (n) => String(101 + 3 * n).padStart(4, '0'),
    departments: [
      home(
        8,
        'Care',
        `30 Care Assistant|12 Senior Carer|8 Registered Nurse|3 Activities Coordinator|2 Deputy Manager`,
      ),
      home(2, 'Kitchen and Housekeeping', `8 Cook|10 Kitchen Assistant|12 Housekeeper|4 Laundry Assistant`),
      home(1, 'Office', `6 Administrator|2 Home Manager|2 Handyperson`),
    ],
  },
]

/** The large one, which the files in `examples/` are for. */
export const TRUST = ORGANISATIONS[0] as DemoOrganisation

/** Known to everyone who has seen the demo: for trying it, and never for real use. */
export const DEMO_PASSWORD = 'lantern-copper-otter'

export type DemoAdministrator = { name: string; email: string; role: Role; organisations: readonly string[] }

export const ADMINISTRATORS: readonly DemoAdministrator[] = [
  { name: 'Sam Okafor', email: 'sam@northmoor.example', role: 'local-administrator', organisations: ['ZN1'] },
  {
    name: 'Priya Nair',
    email: 'priya@northmoor.example',
    role: 'primary-local-administrator',
    organisations: ['ZN1'],
  },
  {
    name: 'Hannah Kowalczyk',
    email: 'hannah@northmoor.example',
    role: 'local-helpdesk',
    organisations: ['ZN1'],
  },
  { name: 'Owen Llewellyn', email: 'owen@northmoor.example', role: 'auditor', organisations: ['ZN1', 'ZF2'] },
  {
    name: 'Aoife Byrne',
    email: 'aoife@alderbrook.example',
    role: 'local-administrator',
    organisations: ['ZF2'],
  },
  {
    name: 'Marco Rossi',
    email: 'marco@hollinsbank.example',
    role: 'local-administrator',
    organisations: ['ZC3'],
  },
  { name: 'Grace Adeyemi', email: 'grace@muster.example', role: 'global-administrator', organisations: [] },
]

function practice(weight: number, unit: string, site: string): Department {
  const titles = `18 Receptionist|10 Practice Nurse|8 Healthcare Assistant|10 Dr General Practitioner|4 Medical Secretary
    |3 Clinical Pharmacist|2 Practice Manager|3 Social Prescriber|3 Phlebotomist`
  return { weight, name: 'General Practice', unit, sites: [site], jobs: jobs(titles) }
}

function home(weight: number, unit: string, titles: string): Department {
  return { weight, name: unit, unit, sites: ['Hollins Bank House', 'Larkfield Lodge'], jobs: jobs(titles) }
}

function sites(code: string, ...names: string[]): DemoOrganisation['sites'] {
  return names.map((name, at) => ({ code: `${code}${String(at + 1).padStart(2, '0')}`, name }))
}

function units(tree: Record<string, string[]>): DemoOrganisation['units'] {
  return Object.entries(tree).flatMap(([name, children]) => [
    { name, parent: null },
    ...children.map((child) => ({ name: child, parent: name })),
  ])
}

// `6 Dr Consultant Physician`: how common, whether a doctor's title (a surgeon's is Mr or Ms), and the post.
function jobs(list: string): Job[] {
  return list.split('|').map((entry) => {
    const [, weight, title, post] = /^(\d+) (?:(Dr|Mr) )?(.+)$/.exec(entry.trim()) as unknown as string[]
    return {
      weight: Number(weight),
      title: post as string,
      ...(title === 'Dr' ? { doctor: true as const } : {}),
      ...(title === 'Mr' ? { surgeon: true as const } : {}),
    }
  })
}
