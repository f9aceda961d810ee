from linli.web.demo.papers import paper, photo
from linli.web.uploads import check_upload


def test_papers_and_pictures_are_taken_like_any_other():
    assert check_upload("申报表.pdf", paper("申报表"), most_mb=1).kind == "pdf"
    assert check_upload("现场1.png", photo(1), most_mb=1, photos_only=True).is_photo
    assert photo(1) != photo(2)
    assert len(paper("甲")) != len(paper("一份题目很长的文件"))
