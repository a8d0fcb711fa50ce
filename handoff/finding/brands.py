"""Brands and lines of models that customers name; a company's own products come from its assistant. Pure."""

from __future__ import annotations

DEVICES = (
    r"iPhones?|iPad|iPod|MacBook|Macbook|iMac|Mac Mini|AirPods|Apple (?:TV|Watch)"
    r"|(?:Samsung )?Galaxy(?: (?:Tab|Watch|Buds|Note|Z|S|A))?|(?:Google )?Pixel"
    r"|(?:Microsoft )?Surface (?:Pro|Go|Laptop|Book)|ThinkPad|IdeaPad|Chromebook|Chromecast"
    r"|PlayStation|PS[345]|Xbox(?: (?:One|Series [XS]))?|Nintendo Switch|Steam Deck"
    r"|Fire (?:TV(?: Stick)?|HD|Tablet)|Roku|Kindle|Samsung|OnePlus|Huawei|Xiaomi|Redmi|Oppo"
    r"|Motorola|Moto G|Nokia|Fairphone|Lenovo|Dell(?: (?:XPS|Latitude|Inspiron))?|Acer"
    r"|HP (?:EliteBook|Pavilion|Envy|Spectre|ProBook)|Echo Dot|Google (?:Home|Nest Hub)"
    r"|Nvidia Shield|ZenBook|Vivobook"
)
"""What customers use a service with: phones, computers, televisions, consoles."""

BRANDS = (
    r"Bosch|Siemens|Miele|Dyson|Philips|Electrolux|Whirlpool|Beko|AEG|Zanussi|Smeg|Grundig"
    r"|Gorenje|Hotpoint|Indesit|Haier|Hisense|Panasonic|Mitsubishi|Daikin|Toshiba"
    r"|HP|Sony|LG|JBL|Bose|Sonos|Sennheiser|Jabra|Marshall|Bang & Olufsen|Denon|Yamaha|Canon"
    r"|Nikon|Fujifilm|GoPro|Leica|Olympus|DJI|Epson|Brother|Lexmark|Xerox|Logitech|Razer"
    r"|Asus|ASUS|Netgear|NETGEAR|Linksys|TP-Link|TP-link|D-Link|Zyxel|Ubiquiti|Eero|AVM"
    r"|Huawei HG|Fritz!Box|FRITZ!Box|Synology|QNAP|WD|Western Digital|Seagate|SanDisk|Kingston"
    r"|Garmin|Fitbit|Polar|Suunto|Withings|Oura|Nespresso|DeLonghi|De'Longhi|Jura|Moccamaster"
    r"|KitchenAid|Kenwood|Tefal|Braun|Oral-B|Remington|Rowenta|Roomba|iRobot|Roborock|Ecovacs"
    r"|Tesla|Toyota|Volvo|Volkswagen|VW|Audi|BMW|Mercedes|Ford|Renault|Peugeot|Citroën|Citroen"
    r"|Skoda|Škoda|Nissan|Hyundai|Kia|Mazda|Honda|Suzuki|Subaru|Opel|Fiat|Seat Leon|Polestar"
    r"|Dacia|BYD"
    r"|Trek|Specialized|Cannondale|Brompton|Scott|Thule|Stokke|Bugaboo|Britax|Cybex|IKEA|Ikea"
    r"|Husqvarna|Stihl|Makita|DeWalt|Ryobi|Kärcher|Karcher|Gardena|Flymo|Weber|Jøtul|Nilfisk"
    r"|Nest|Ecobee|Tado|Netatmo|Danfoss|Honeywell|Zaptec|Easee|Wallbox|Yale|Ring|Arlo|Eufy"
    r"|Nanoleaf|Lego|LEGO|Playmobil|Casio|Seiko|Fossil|Nike|Adidas|Asics|Salomon|Fjällräven"
    r"|Patagonia"
    r"|Photoshop|Lightroom|Excel|PowerPoint|Outlook|AutoCAD|Microsoft 365|Office 365"
    r"|QuickBooks|Norton|McAfee|Duracell|Varta|Samsonite|Emma|Tempur|Jensen"
)
"""Makers of what customers buy; one counts with its model, or alone."""

MODEL_LINES = r"ThermoMix|Thermomix|KitchenAid|Airfryer|LatteGo|PlayStation VR|Quest|Forerunner|Fenix"
"""Lines of models that are named without their maker."""

LOWER_TOO = (
    r"netgear|asus|linksys|tp-?link|d-?link|zyxel|bosch|siemens|miele|dyson|philips|electrolux"
    r"|panasonic|sony|lg|samsung|canon|nikon|epson|brother|hp|garmin|fitbit|bose|jbl|sonos"
    r"|nokia|huawei|xiaomi|oneplus|motorola|lenovo|dell|acer|google pixel|pixel|toyota|volvo"
    r"|tesla|vw|bmw|audi|gopro|nespresso|delonghi|roomba|husqvarna|makita"
)
"""Brands that are known in small letters too, before a model's number."""

AMBIGUOUS = (
    r"Ring|Nest|Scott|Brother|Jensen|Emma|Ford|Marshall|Polar|Jura|Excel|Weber|Yale|Eero|Braun"
    r"|Fossil|Trek|Honda|Mercedes|Outlook|Norton|Emma|Thule|Nike|Polar"
    r"|Jabra|WD|Oura|Ikea|IKEA|Photoshop|Lightroom|PowerPoint|AutoCAD|Specialized|Lego|LEGO|AVM"
)
"""Those that mean something else without a model's number: people, shops, programs."""
