/** First and last names that go together, with how common they are among the made-up staff. */
type Names = { weight: number; women: string[]; men: string[]; last: string[] }

/**
 * Names as they stand in the staff lists of British hospitals: of many origins, with accents, apostrophes, hyphens and
 * blanks. People of the demo are made from them at random; none is a real person.
 */
export const NAMES: readonly Names[] = [
  {
    weight: 46,
    women:
      words(`Abigail Alice Amelia Amy Anna Beth Bethany Caitlin Carol Catherine Charlotte Chloe Claire Daisy
      Deborah Diane Eleanor Elizabeth Ellie Emily Emma Fiona Florence Frances Gemma Georgia Grace Hannah Harriet Heather
      Helen Isabel Jacqueline Jane Janet Jennifer Jessica Joanne Judith Julie Karen Kate Katie Laura Linda Lisa Louise
      Lucy Lynne Margaret Megan Michelle Molly Natalie Nicola Olivia Pamela Patricia Pauline Rachel Rebecca Rosie Ruth
      Sally Samantha Sarah Sharon Sophie Stephanie Susan Tracey Victoria Wendy Zoe Mary-Anne Sarah-Jane`),
    men: words(`Adam Alan Alex Alexander Andrew Anthony Ben Benjamin Callum Charles Christopher Craig Daniel David Dean
      Edward Gareth Gary George Graham Harry Henry Ian Jack Jacob James Jamie Jason Jonathan Joseph Joshua Keith Kevin
      Lee Lewis Liam Luke Mark Martin Matthew Michael Nathan Neil Nicholas Oliver Oscar Paul Peter Philip Richard Robert
      Ryan Samuel Sean Simon Stephen Steven Stuart Thomas Timothy Tom Trevor William John-Paul`),
    last: words(`Allen Armstrong Atkinson Bailey Baker Barker Barnes Bell Bennett Booth Bradley Brown Butler Carter
      Chapman Clark Clarke Collins Cook Cooper Cox Davies Davis Dawson Dixon Edwards Ellis Evans Fisher Fletcher Foster
      Fox Gibson Graham Gray Green Griffiths Hall Harper Harris Harrison Harvey Hill Holmes Howard Hudson Hughes Hunt
      Jackson James Jenkins Johnson Jones Kelly King Knight Lawson Lee Lewis Lloyd Marshall Martin Mason Matthews Miller
      Mills Mitchell Moore Morgan Morris Murray Palmer Parker Pearson Phillips Powell Price Reynolds Richards Richardson
      Roberts Robinson Rogers Scott Shaw Simpson Smith Spencer Stevens Stone Taylor Thomas Thompson Turner Walker Ward
      Watson Webb White Wilkinson Williams Wilson Wood Wright Young Ashton-Reeve Carter-Lloyd Hughes-Parry
      Smith-Bennett Fox-Davies`),
  },
  {
    weight: 8,
    women:
      words(`Aoife Bríd Caoimhe Ciara Clodagh Deirdre Eilís Gráinne Máire Niamh Oonagh Orla Róisín Siobhán Sinéad
      Úna`),
    men: words(`Aidan Brendan Cathal Ciarán Conor Declan Diarmuid Eoghan Fergal Micheál Niall Oisín Pádraig Rónán Séamus
      Tadhg`),
    last: words(`O'Brien O'Connor O'Neill O’Sullivan O'Donnell O’Hara Byrne Doyle Gallagher Kavanagh McCarthy McDonagh
      Ní|Bhriain Nolan Quinn Ó|Súilleabháin Walsh`),
  },
  {
    weight: 4,
    women: words(
      `Aileen Catriona Eilidh Isla Kirsty Mairi Morag Morven Siân Angharad Bronwen Carys Ffion Nia`,
    ),
    men: words(`Alasdair Angus Callum Euan Fraser Hamish Iain Rory Dafydd Emyr Gethin Ieuan Owain Rhys`),
    last: words(`Campbell Fraser MacDonald MacLeod McKenzie Morrison Sinclair Stewart Ap|Gruffydd Bevan Gwynne Llewellyn
      Prys Rhydderch`),
  },
  {
    weight: 10,
    women:
      words(`Aisha Ananya Anjali Deepa Divya Fatima Harpreet Jaspreet Kavita Lakshmi Meera Nisha Pooja Priya Radha
      Rani Reena Saima Shabana Simran Sunita Zainab`),
    men: words(`Abdul Ajay Amit Anil Arjun Gurpreet Harjit Imran Karthik Manoj Mohammed Nikhil Rahul Raj Rajesh Ravi
      Sanjay Sunil Tariq Usman Vijay Zubair`),
    last: words(`Ahmed Ali Begum Bhatt Chaudhry Chowdhury Das Desai Gill Gupta Hussain Iqbal Joshi Kaur Khan Krishnan
      Kumar Mahmood Mehta Mistry Nair Patel Pillai Rahman Rao Reddy Shah Sharma Siddiqui Singh Thomas-Varghese`),
  },
  {
    weight: 7,
    women:
      words(`Abena Adaeze Akosua Amara Ayọ̀ Bukola Chiamaka Efua Folasade Funmilayo Grace Ifeoma Ngozi Nneka
      Temitọpẹ Tendai Thandiwe Wanjiru Yaa`),
    men: words(`Adebayo Chidi Chukwuemeka Ebenezer Emeka Femi Kofi Kwabena Kwame Obinna Olumide Ṣọlá Tafadzwa Tunde
      Yaw`),
    last: words(`Abiola Acheampong Adeyemi Adébáyọ̀ Agyeman Asante Boateng Chikwanda Eze Mensah Moyo Mutasa Ndlovu
      Nwosu Ogunleye Okafor Okonkwo Osei Owusu Sibanda Wanjiku`),
  },
  {
    weight: 6,
    women:
      words(`Agnieszka Aleksandra Anna Ewa Grażyna Iwona Joanna Justyna Katarzyna Małgorzata Magdalena Wioletta
      Zofia Žaneta Rūta Daiva`),
    men: words(`Andrzej Bartłomiej Grzegorz Jakub Łukasz Marcin Michał Paweł Piotr Rafał Stanisław Tomasz Wojciech
      Žygimantas`),
    last: words(`Dąbrowski Jóźwiak Kamiński Kowalczyk Lewandowski Łapiński Mazur Nowak Pawłowski Wiśniewski Wójcik
      Wróbel Zieliński Žukauskas Kazlauskas`),
  },
  {
    weight: 5,
    women:
      words(`Ana Beatriz Carmen Conceição Francesca Giulia Inês Isabel Lucía María|José Núria Sofía Teresa
      Zoë`),
    men: words(
      `Alejandro André Diogo Giovanni Íñigo Javier João José|Luis Marco Miguel Nicolò Nuno Rubén Sebastián`,
    ),
    last: words(`Álvarez Bianchi da|Silva De|Luca Fernández Ferreira García|López Gonçalves Ibáñez Magalhães Martínez
      Muñoz Nogueira Peña Rossi Sánchez d’Angelo D'Amico`),
  },
  {
    weight: 4,
    women: words(`Amélie Anneliese Brigitte Camille Chloé Élodie Françoise Heike Käthe Noémie Ursula
      Åsa Søs`),
    men: words(`Benoît Björn Cédric François Günter Jürgen Jörg Mathéo Niels René Søren Thibault Wolfgang`),
    last: words(`Beauséjour Dreyfuß Dupont Fährmann Großmann Jørgensen Lefèvre Müller Nuñez-Dupré Öztürk Schröder
      van|den|Berg van|der|Meer Weiß Åkesson`),
  },
  {
    weight: 5,
    women: words(`Angelica Bituin Corazon Jasmine Jocelyn Lourdes Marites Marisol Rowena Maria|Cristina`),
    men: words(`Arnel Benigno Crisanto Dante Jericho Jose|Marie Reynaldo Rodrigo Rommel Virgilio`),
    last: words(`Aquino Bautista Bonifacio Cruz De|Guzman dela|Cruz Dimaculangan Peñaflorida Ramos Reyes Santos
      Villanueva`),
  },
  {
    weight: 3,
    women: words(`Hui|Min Jia Mei Mei-Ling Ngọc Phương Thảo Wai|Yee Xiu Yuki Hye-jin`),
    men: words(`Bao Chi|Ming Đức Hiroshi Jun Kai Tuấn Wei Xiang Min-jun`),
    last: words(`Chan Chen Cheung Đặng Ho Kim Lau Li Lim Ng Nguyễn Park Phạm Sato Tan Trần Wong Wu Zhang`),
  },
  {
    weight: 2,
    women: words(`Dilara Elif Esra Leila Maryam Nasrin Noor Shirin Yasmin Hend`),
    men: words(`Ahmad Ali-Reza Emre Farid Hassan Karim Khalid Mehmet Omar Şahin Yusuf`),
    last: words(
      `Abdullah Al-Hashimi Al-Rashid Aydın Çelik El|Sayed Haddad Hosseini Karimi Mansour Şimşek Yıldız`,
    ),
  },
]

// A name of several words is joined with `|` above.
function words(text: string): string[] {
  return text.split(/\s+/).map((word) => word.replaceAll('|', ' '))
}
