import sys,time,glob,re,os
import pyoxigraph as ox
d=sys.argv[1]
g=[p for p in glob.glob(d+'/*') if os.path.isdir(p)]
for base in [d,*g]:
    try: st=ox.Store.read_only(base); break
    except Exception as e: pass
print(len(st))
for f in sorted(glob.glob('/work/main/ontology/rules/*.rq')):
    q=open(f).read(); t=time.process_time()
    try: n=sum(1 for _ in st.query(q, prefixes={'ct':'https://w3id.org/ctgraph/ontology#','ctv':'https://w3id.org/ctgraph/concept/','ctd':'https://w3id.org/ctgraph/id/'}))
    except Exception as e: n=str(e)[:60]
    print(round(time.process_time()-t,2), n, os.path.basename(f))
