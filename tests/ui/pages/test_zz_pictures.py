import os
from tests.ui.pages.test_follow_ups import *  # noqa
from tests.ui.pages.conftest import office, desk  # noqa
from tests.ui.conftest import tasks, bugs, light_theme  # noqa
from crm_desktop.ui.theme import Theme
OUT="/tmp/h/followups-tmp/"
def test_pictures(diary):
    suffix=os.environ.get("SFX","light")
    if suffix=="dark": Theme.current().apply("dark")
    if suffix=="small": diary.window.resize(1024,700)
    found=page(diary)
    diary.settle()
    diary.window.grab().save(OUT+f"list-{suffix}.png")
    found.record_new(); 
    d=form(found.list.edits); d.form.editor("due_on").setText("fri 9:30"); d.form.editor("what").setText("Send the offer again"); diary.settle()
    d.grab().save(OUT+f"form-{suffix}.png")
    d.choose_button.click(); diary.settle(); d.grab().save(OUT+f"form2-{suffix}.png")
    d.reject()
    table=found.list.table; table.select_ids([1]); diary.settle()
    table.setCurrentIndex(found.list.model.index(0,0)); table.edit_current(); e=table.findChild(QLineEdit); e.setText("+2w"); diary.settle(); diary.window.grab().save(OUT+f"cell-{suffix}.png"); table.revert_edit()
    keep_in_touch.set_rhythm(diary.session,1,Interval(1,RepeatUnit.WEEK)); keep_in_touch.set_rhythm(diary.session,2,Interval(2,RepeatUnit.MONTH)); diary.office.clock.advance(70*86400)
    follow_ups.finish(diary.session,[2],"accepted the price")
    found.bring_section("quiet"); found.refresh(); diary.settle(); diary.window.grab().save(OUT+f"quiet-{suffix}.png")
    found.bring_section("done"); diary.settle(); diary.window.grab().save(OUT+f"done-{suffix}.png")
    c=diary.page("customers"); c.show_contact(1); diary.settle(); diary.window.grab().save(OUT+f"card-{suffix}.png")
    c.show_contact(2); c.panel.card.tabs.setCurrentIndex(1); diary.settle(); diary.window.grab().save(OUT+f"timeline-{suffix}.png")
    due=DueFollowUps(page(diary).context); due.refresh(); diary.settle(); due.resize(560,260); due.show(); diary.settle(); due.grab().save(OUT+f"due-{suffix}.png"); due.deleteLater()
