"""Countries (ISO 3166-1 alpha-2) and languages (ISO 639-1) that a profile may name."""

from __future__ import annotations

_COUNTRIES = """
AF Afghanistan; AL Albania; DZ Algeria; AD Andorra; AO Angola; AI Anguilla; AG Antigua and Barbuda; AR
Argentina; AM Armenia; AU Australia; AT Austria; AZ Azerbaijan; BS Bahamas; BH Bahrain; BD Bangladesh; BB
Barbados; BY Belarus; BE Belgium; BZ Belize; BJ Benin; BT Bhutan; BO Bolivia; BA Bosnia and Herzegovina;
BW Botswana; BR Brazil; BN Brunei; BG Bulgaria; BF Burkina Faso; BI Burundi; KH Cambodia; CM Cameroon; CA
Canada; CV Cape Verde; CF Central African Republic; TD Chad; CL Chile; CN China; CO Colombia; KM Comoros;
CG Congo (Brazzaville); CD Congo (Kinshasa); CR Costa Rica; HR Croatia; CU Cuba; CY Cyprus; CZ Czechia;
DK Denmark; DJ Djibouti; DM Dominica; DO Dominican Republic; EC Ecuador; EG Egypt; SV El Salvador; GQ
Equatorial Guinea; ER Eritrea; EE Estonia; SZ Eswatini; ET Ethiopia; FJ Fiji; FI Finland; FR France; GA
Gabon; GM Gambia; GE Georgia; DE Germany; GH Ghana; GR Greece; GD Grenada; GT Guatemala; GN Guinea; GW
Guinea-Bissau; GY Guyana; HT Haiti; HN Honduras; HK Hong Kong; HU Hungary; IS Iceland; IN India; ID
Indonesia; IR Iran; IQ Iraq; IE Ireland; IL Israel; IT Italy; CI Ivory Coast; JM Jamaica; JP Japan; JO
Jordan; KZ Kazakhstan; KE Kenya; KI Kiribati; XK Kosovo; KW Kuwait; KG Kyrgyzstan; LA Laos; LV Latvia; LB
Lebanon; LS Lesotho; LR Liberia; LY Libya; LI Liechtenstein; LT Lithuania; LU Luxembourg; MG Madagascar;
MW Malawi; MY Malaysia; MV Maldives; ML Mali; MT Malta; MH Marshall Islands; MR Mauritania; MU Mauritius;
MX Mexico; FM Micronesia; MD Moldova; MC Monaco; MN Mongolia; ME Montenegro; MA Morocco; MZ Mozambique;
MM Myanmar; NA Namibia; NR Nauru; NP Nepal; NL Netherlands; NZ New Zealand; NI Nicaragua; NE Niger; NG
Nigeria; KP North Korea; MK North Macedonia; NO Norway; OM Oman; PK Pakistan; PW Palau; PS Palestine; PA
Panama; PG Papua New Guinea; PY Paraguay; PE Peru; PH Philippines; PL Poland; PT Portugal; QA Qatar; RO
Romania; RU Russia; RW Rwanda; KN Saint Kitts and Nevis; LC Saint Lucia; VC Saint Vincent and the
Grenadines; WS Samoa; SM San Marino; SA Saudi Arabia; SN Senegal; RS Serbia; SC Seychelles; SL Sierra
Leone; SG Singapore; SK Slovakia; SI Slovenia; SB Solomon Islands; SO Somalia; ZA South Africa; KR South
Korea; SS South Sudan; ES Spain; LK Sri Lanka; SD Sudan; SR Suriname; SE Sweden; CH Switzerland; SY
Syria; ST São Tomé and Príncipe; TW Taiwan; TJ Tajikistan; TZ Tanzania; TH Thailand; TL Timor-Leste; TG
Togo; TO Tonga; TT Trinidad and Tobago; TN Tunisia; TM Turkmenistan; TV Tuvalu; TR Türkiye; UG Uganda; UA
Ukraine; AE United Arab Emirates; GB United Kingdom; US United States; UY Uruguay; UZ Uzbekistan; VU
Vanuatu; VA Vatican City; VE Venezuela; VN Vietnam; YE Yemen; ZM Zambia; ZW Zimbabwe
"""

_LANGUAGES = """
ar Arabic; bg Bulgarian; bn Bengali; ca Catalan; cs Czech; da Danish; de German; el Greek; en English; es
Spanish; et Estonian; fa Persian; fi Finnish; fr French; ga Irish; he Hebrew; hi Hindi; hr Croatian; hu
Hungarian; id Indonesian; it Italian; ja Japanese; ko Korean; lt Lithuanian; lv Latvian; mi Māori; ms
Malay; nl Dutch; no Norwegian; pl Polish; pt Portuguese; ro Romanian; ru Russian; sk Slovak; sl
Slovenian; sr Serbian; sv Swedish; sw Swahili; ta Tamil; th Thai; tl Tagalog; tr Turkish; uk Ukrainian;
ur Urdu; vi Vietnamese; zh Chinese
"""


def _table(text: str) -> dict[str, str]:
    entries = (entry.strip().partition(" ") for entry in text.replace("\n", " ").split(";"))
    return {code: name for code, _, name in entries}


COUNTRIES = _table(_COUNTRIES)
LANGUAGES = _table(_LANGUAGES)
