"""Where small markets lie: regions, roads, districts and areas."""

from typing import Any

REGION_FILES = {
    "one.csv": "id,name,population,income,latitude,longitude\nNORTH,North,1000000,30000,0,0\n",
    "three.csv": "id,name,population,income,role,latitude,longitude\n"
    "NORTH,North,6000000,40000,core,2,0\nSOUTH,South,3000000,30000,potential,0,0\nEAST,East,1000000,15000,edge,1,3\n",
    "roads.csv": "a,b\nNORTH,SOUTH\nSOUTH,EAST\n",
    "five.csv": "id,region,name,population,latitude,longitude\n"
    "N1,NORTH,Capital,4000000,2,0\nN2,NORTH,Port,2000000,2.5,0.5\nS1,SOUTH,Plain,2000000,0,0\n"
    "S2,SOUTH,Hills,1000000,0,-1\nE1,EAST,Coast,1000000,1,3\n",
}
_ONE = {"network.regions": "one.csv"}
_THREE = {"network.regions": "three.csv", "network.edges": "roads.csv"}

PLACES: dict[str, dict[str, Any]] = {
    "one area": _ONE
    | {"network.sites_per_district": 10, "network.sites_per_area": 10, "consumers.outlets_considered": 4},
    "two areas": _ONE
    | {"network.sites_per_district": 10, "network.sites_per_area": 5, "consumers.outlets_considered": 3}
    | {"manufacturer.plants": [{"region": "NORTH", "capacity": 35}]},
    "three regions": _THREE
    | {"network.sites_per_district": 4, "network.sites_per_area": 2, "consumers.outlets_considered": 2}
    | {"manufacturer.plants": [{"region": "SOUTH", "capacity": 70}]},
    "five districts": _THREE
    | {"network.districts": "five.csv", "consumers.outlets_considered": 2}
    | {"network.sites_per_district": 2, "network.sites_per_area": 2}
    | {"manufacturer.plants": [{"region": "NORTH", "capacity": 45}, {"region": "EAST", "capacity": 10}]},
    "a plant far away": _THREE
    | {"network.sites_per_district": 4, "network.sites_per_area": 4, "consumers.outlets_considered": 4}
    | {"manufacturer.plants": [{"region": "EAST"}]},
}
