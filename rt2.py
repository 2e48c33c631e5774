import time, pyoxigraph as ox, glob, os
d='/tmp/p/s100k'
for base in [d,*glob.glob(d+'/*')]:
    try: st=ox.Store.read_only(base); break
    except Exception: pass
P='PREFIX ct: <https://w3id.org/ctgraph/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> '
def t(name,q):
    a=time.process_time(); n=sum(1 for _ in st.query(P+q)); print(name, round(time.process_time()-a,2), n, flush=True)
t('bodies','SELECT DISTINCT ?state ?body WHERE { ?any ct:fiscalYearOf ?state . ?body ct:parentBody* ?state . }')
A='{ SELECT DISTINCT ?state ?body WHERE { ?any ct:fiscalYearOf ?state . ?body ct:parentBody* ?state . } } ?participation ct:participant ?body ; ct:activity ?activity .'
t('A','SELECT DISTINCT ?state ?activity WHERE { '+A+' }')
B='?activity ct:startDate ?date . FILTER NOT EXISTS { ?other ct:activity ?activity ; ct:participant ?anybody } { SELECT DISTINCT ?state WHERE { ?any ct:fiscalYearOf ?state } }'
t('B','SELECT DISTINCT ?state ?activity WHERE { '+B+' }')
t('type','SELECT ?activity WHERE { ?activity ct:startDate ?start ; a/rdfs:subClassOf* ct:Activity . }')
R='?activity ct:startDate ?start ; a/rdfs:subClassOf* ct:Activity . OPTIONAL { ?activity ct:endDate ?end } ?year a ct:FiscalYear ; ct:startDate ?first ; ct:endDate ?last ; ct:fiscalYearOf ?state . FILTER(?start <= ?last && COALESCE(?end, ?start) >= ?first)'
t('A+R','SELECT * WHERE { '+A+R+' }')
M='?activity ct:startDate ?date . MINUS { SELECT DISTINCT ?activity WHERE { ?other ct:activity ?activity ; ct:participant ?anybody } } { SELECT DISTINCT ?state WHERE { ?any ct:fiscalYearOf ?state } }'
t('M','SELECT DISTINCT ?state ?activity WHERE { '+M+' }')
N='?activity ct:startDate ?date . FILTER NOT EXISTS { ?activity ^ct:activity/ct:participant ?anybody } { SELECT DISTINCT ?state WHERE { ?any ct:fiscalYearOf ?state } }'
t('N','SELECT DISTINCT ?state ?activity WHERE { '+N+' }')
O='?activity ct:startDate ?date . OPTIONAL { ?other ct:activity ?activity ; ct:participant ?anybody } FILTER(!BOUND(?anybody)) { SELECT DISTINCT ?state WHERE { ?any ct:fiscalYearOf ?state } }'
t('O','SELECT DISTINCT ?state ?activity WHERE { '+O+' }')
