"""Family names, to tell a name from other words. Not complete on purpose: a name behind 我叫 needs none."""

from __future__ import annotations

from pathlib import Path

from dialogs.yaml_files import read_yaml

_WORDS: dict[str, str] = read_yaml(Path(__file__).with_name("names.yaml"))

DOUBLE = frozenset(_WORDS["double_family_names"].split())
SINGLE = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松"
    "井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘"
    "党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东殳沃利蔚越"
    "夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾沙养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公晋楚闫法汝鄢涂钦岳帅缑亢况有琴商牟佘佴伯赏墨哈谯笪年爱阳佟言福"
    "仝肖覃练撒库仡来买热阿依古艾雪迪帕努吐麦阿扎次旺德洛尼格丹旦央拉仓边普达索罗佤岩刀召玉波线银晚赛安沙吉曲阿勒苦罗补海来马且比日子木尔俄底莫海"
    "揭粟操雒蹇骈鹿忻滿闭钱冼邝麦利谌禤仉但展干化訾敬占战仵粘但隋睢迟初丛由矫尉原宾寸蔄付代邸苟衣相苑郄寿缴佀仇赫兰覃税淡岐宛瓮昂庹亢芦洑洗冶勇户"
    "滚恽兆招盘奉批咪娜排纳忽拜闪喇朵畲楼毋褟祥杞母"
    "陇朴拓帖昌呼苌郇綦禚虢郗侬沐岜者保资卯遆郏笮俸磨秘宛渠玄麴亓尧岱丘仁布鲜植琚芶甯弋谯邾颉卿苑洛郧郇练栗漆藏旷檀毓税牙藤逢"
    "張陳劉趙黃吳孫馬鄭謝許鄧馮韓葉蕭蘇盧蔣賈閻鍾鐘譚鄒陸龔萬錢湯賀賴龐顏羅楊閆閔駱魯蘭藍歐聶齊關嚴龍單畢鄔鄺饒餘喬儲習農滿顧倪"
)
#: In unlabelled text these first characters are too common as words to count as a family name.
WEAK = frozenset(
    "盘奉批排纳忽拜闪楼祥母"
    "苑洛练藏仁布鲜牙税"
    "水云和时于平成都能有年后东公全经家从干通广充别国空那单玉海子日且比木来热阿德普达吉边央拉雪爱银晚线波召回户初化但战由原操言终红法双满商强富"
)
#: Sounds of names from Uyghur, Tibetan, Yi, Kazakh and Mongolian, for names without a dot and without a family name.
SOUNDS = frozenset(
    "阿艾买麦买提古丽热依汗吾守尔木合斯克力江孜娜扎西卓玛次仁旦增巴桑尼顿珠洛桑多吉央金德吉白玛格桑罗布嘎达娃平措丹才让拉姆尕藏加措色日呷尔子布乌牛惹史且沙伍支作"
    "吐逊帕提曼迪里拜努日曼比图荪玉素甫居麦托乎提卡得亚库尔班赛买塔依木那孜夏图巴特额尔敦其其格苏和毕力其娜仁哈斯乌兰恩和宝音包赛罕不都卜杜"
)
#: What people answer that looks like a name and is none.
NOT_NAMES = frozenset(_WORDS["not_names"].split())
