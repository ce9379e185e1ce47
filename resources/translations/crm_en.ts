<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name></name>
    <message numerus="yes">
        <source>%n groups of possible duplicates.</source>
        <translation>
            <numerusform>%Ln group of possible duplicates.</numerusform>
            <numerusform>%Ln groups of possible duplicates.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more come when these are done.</source>
        <translation>
            <numerusform>%Ln more comes when these are done.</numerusform>
            <numerusform>%Ln more come when these are done.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n records merged into {name}.</source>
        <translation>
            <numerusform>%Ln record merged into {name}.</numerusform>
            <numerusform>%Ln records merged into {name}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n notes</source>
        <translation>
            <numerusform>%Ln note</numerusform>
            <numerusform>%Ln notes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n follow-ups are removed.</source>
        <translation>
            <numerusform>%Ln follow-up is removed.</numerusform>
            <numerusform>%Ln follow-ups are removed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n follow-ups are postponed.</source>
        <translation>
            <numerusform>%Ln follow-up is postponed.</numerusform>
            <numerusform>%Ln follow-ups are postponed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n follow-ups</source>
        <translation>
            <numerusform>%Ln follow-up</numerusform>
            <numerusform>%Ln follow-ups</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n relations</source>
        <translation>
            <numerusform>%Ln relation</numerusform>
            <numerusform>%Ln relations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n bank accounts, which wait to be confirmed</source>
        <translation>
            <numerusform>%Ln bank account, which waits to be confirmed</numerusform>
            <numerusform>%Ln bank accounts, which wait to be confirmed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days ago</source>
        <translation>
            <numerusform>%Ln day ago</numerusform>
            <numerusform>%Ln days ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>in %n days</source>
        <translation>
            <numerusform>in %Ln day</numerusform>
            <numerusform>in %Ln days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more files or folders lie too deep or are too many: drop them apart.</source>
        <translation>
            <numerusform>%Ln more file or folder lies too deep or is one too many: drop it apart.</numerusform>
            <numerusform>%Ln more files or folders lie too deep or are too many: drop them apart.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %n calls</source>
        <translation>
            <numerusform>Import %Ln call</numerusform>
            <numerusform>Import %Ln calls</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Correct %n calls</source>
        <translation>
            <numerusform>Correct %Ln call</numerusform>
            <numerusform>Correct %Ln calls</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n calls were corrected.</source>
        <translation>
            <numerusform>%Ln call was corrected.</numerusform>
            <numerusform>%Ln calls were corrected.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n calls are now in the file.</source>
        <translation>
            <numerusform>%Ln call is now in the file.</numerusform>
            <numerusform>%Ln calls are now in the file.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The import is undone: %n calls were removed. It can be imported again.</source>
        <translation>
            <numerusform>The import is undone: %Ln call was removed. It can be imported again.</numerusform>
            <numerusform>The import is undone: %Ln calls were removed. It can be imported again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n calls</source>
        <translation>
            <numerusform>%Ln call</numerusform>
            <numerusform>%Ln calls</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%Ln new</numerusform>
            <numerusform>%Ln new</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n already there</source>
        <translation>
            <numerusform>%Ln already there</numerusform>
            <numerusform>%Ln already there</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of unknown numbers</source>
        <translation>
            <numerusform>%Ln of unknown numbers</numerusform>
            <numerusform>%Ln of unknown numbers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of several customers</source>
        <translation>
            <numerusform>%Ln of several customers</numerusform>
            <numerusform>%Ln of several customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of own numbers</source>
        <translation>
            <numerusform>%Ln of an own number</numerusform>
            <numerusform>%Ln of own numbers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without consent</source>
        <translation>
            <numerusform>%Ln without consent</numerusform>
            <numerusform>%Ln without consent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n given by another source</source>
        <translation>
            <numerusform>%Ln given by another source</numerusform>
            <numerusform>%Ln given by another source</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not readable</source>
        <translation>
            <numerusform>%Ln not readable</numerusform>
            <numerusform>%Ln not readable</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n calls of this file are removed. The file can be imported again.</source>
        <translation>
            <numerusform>%Ln call of this file is removed. The file can be imported again.</numerusform>
            <numerusform>%Ln calls of this file are removed. The file can be imported again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them were changed since; what was changed goes with them.</source>
        <translation>
            <numerusform>%Ln of them was changed since; what was changed goes with it.</numerusform>
            <numerusform>%Ln of them were changed since; what was changed goes with them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Undone: %n calls were removed.</source>
        <translation>
            <numerusform>Undone: %Ln call was removed.</numerusform>
            <numerusform>Undone: %Ln calls were removed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n corrected</source>
        <translation>
            <numerusform>%Ln corrected</numerusform>
            <numerusform>%Ln corrected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>You withdrew your consent on {day}. %n calls were removed.</source>
        <translation>
            <numerusform>You withdrew your consent on {day}. %Ln call was removed.</numerusform>
            <numerusform>You withdrew your consent on {day}. %Ln calls were removed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n calls removed</source>
        <translation>
            <numerusform>%Ln call removed</numerusform>
            <numerusform>%Ln calls removed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Your consent is withdrawn. %n calls were removed.</source>
        <translation>
            <numerusform>Your consent is withdrawn. %Ln call was removed.</numerusform>
            <numerusform>Your consent is withdrawn. %Ln calls were removed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n backups still hold withdrawn calls: they cannot be reached or opened here now. They are cleaned when they can be; the list of backups says which.</source>
        <translation>
            <numerusform>%Ln backup still holds withdrawn calls: it cannot be reached or opened here now. It is cleaned when it can be; the list of backups says which.</numerusform>
            <numerusform>%Ln backups still hold withdrawn calls: they cannot be reached or opened here now. They are cleaned when they can be; the list of backups says which.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The withdrawn calls were taken out of %n backups.</source>
        <translation>
            <numerusform>The withdrawn calls were taken out of %Ln backup.</numerusform>
            <numerusform>The withdrawn calls were taken out of %Ln backups.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customers</source>
        <translation>
            <numerusform>%Ln customer</numerusform>
            <numerusform>%Ln customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n address-book entries</source>
        <translation>
            <numerusform>%Ln address-book entry</numerusform>
            <numerusform>%Ln address-book entries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>At least %n characters. Four or five unrelated words are good.</source>
        <translation>
            <numerusform>At least %Ln character. Four or five unrelated words are good.</numerusform>
            <numerusform>At least %Ln characters. Four or five unrelated words are good.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more characters are needed.</source>
        <translation>
            <numerusform>%Ln more character is needed.</numerusform>
            <numerusform>%Ln more characters are needed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Wait %n s</source>
        <translation>
            <numerusform>Wait %Ln s</numerusform>
            <numerusform>Wait %Ln s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n units</source>
        <translation>
            <numerusform>%Ln unit</numerusform>
            <numerusform>%Ln units</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts moved to the trash</source>
        <translation>
            <numerusform>%Ln contact moved to the trash</numerusform>
            <numerusform>%Ln contacts moved to the trash</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts restored</source>
        <translation>
            <numerusform>%Ln contact restored</numerusform>
            <numerusform>%Ln contacts restored</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts are being moved to the trash.</source>
        <translation>
            <numerusform>%Ln contact is being moved to the trash.</numerusform>
            <numerusform>%Ln contacts are being moved to the trash.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n contacts for good?</source>
        <translation>
            <numerusform>Delete %Ln contact for good?</numerusform>
            <numerusform>Delete %Ln contacts for good?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts are being deleted.</source>
        <translation>
            <numerusform>%Ln contact is being deleted.</numerusform>
            <numerusform>%Ln contacts are being deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts deleted for good</source>
        <translation>
            <numerusform>%Ln contact deleted for good</numerusform>
            <numerusform>%Ln contacts deleted for good</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts are being restored.</source>
        <translation>
            <numerusform>%Ln contact is being restored.</numerusform>
            <numerusform>%Ln contacts are being restored.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entries</source>
        <translation>
            <numerusform>%Ln entry</numerusform>
            <numerusform>%Ln entries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Last %n days</source>
        <translation>
            <numerusform>Last %Ln day</numerusform>
            <numerusform>Last %Ln days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n checks found something. Nothing was changed.</source>
        <translation>
            <numerusform>%Ln check found something. Nothing was changed.</numerusform>
            <numerusform>%Ln checks found something. Nothing was changed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The log and the records do not fit together in %n places.</source>
        <translation>
            <numerusform>The log and the records do not fit together in %Ln place.</numerusform>
            <numerusform>The log and the records do not fit together in %Ln places.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other changes</source>
        <translation>
            <numerusform>%Ln other change</numerusform>
            <numerusform>%Ln other changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in the address book</source>
        <translation>
            <numerusform>%Ln in the address book</numerusform>
            <numerusform>%Ln in the address book</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes were made since and are not in this backup, the last one {when}: {which}.</source>
        <translation>
            <numerusform>%Ln change was made since and is not in this backup, the last one {when}: {which}.</numerusform>
            <numerusform>%Ln changes were made since and are not in this backup, the last one {when}: {which}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What was withdrawn since then is withdrawn again: %n calls were removed.</source>
        <translation>
            <numerusform>What was withdrawn since then is withdrawn again: %Ln call was removed.</numerusform>
            <numerusform>What was withdrawn since then is withdrawn again: %Ln calls were removed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to go</source>
        <translation>
            <numerusform>%Ln to go</numerusform>
            <numerusform>%Ln to go</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copied; cleared after %n s</source>
        <translation>
            <numerusform>Copied; cleared after %Ln s</numerusform>
            <numerusform>Copied; cleared after %Ln s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customers use it now</source>
        <translation>
            <numerusform>%Ln customer uses it now</numerusform>
            <numerusform>%Ln customers use it now</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Next %n days</source>
        <translation>
            <numerusform>Next %Ln day</numerusform>
            <numerusform>Next %Ln days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days overdue</source>
        <translation>
            <numerusform>%Ln day overdue</numerusform>
            <numerusform>%Ln days overdue</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files are being added, in MB.</source>
        <translation>
            <numerusform>%Ln file is being added, in MB.</numerusform>
            <numerusform>%Ln files are being added, in MB.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files were added</source>
        <translation>
            <numerusform>%Ln file was added</numerusform>
            <numerusform>%Ln files were added</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more files were not added either.</source>
        <translation>
            <numerusform>%Ln more file was not added either.</numerusform>
            <numerusform>%Ln more files were not added either.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Change %n contacts</source>
        <translation>
            <numerusform>Change %Ln contact</numerusform>
            <numerusform>Change %Ln contacts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n will change.</source>
        <translation>
            <numerusform>%Ln will change.</numerusform>
            <numerusform>%Ln will change.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n stay as they are: they have it already.</source>
        <translation>
            <numerusform>%Ln stays as it is: it has it already.</numerusform>
            <numerusform>%Ln stay as they are: they have it already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Change %n</source>
        <translation>
            <numerusform>Change %Ln</numerusform>
            <numerusform>Change %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts are being changed.</source>
        <translation>
            <numerusform>%Ln contact is being changed.</numerusform>
            <numerusform>%Ln contacts are being changed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts changed</source>
        <translation>
            <numerusform>%Ln contact changed</numerusform>
            <numerusform>%Ln contacts changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n were changed by somebody in the meantime and stay as they are.</source>
        <translation>
            <numerusform>%Ln was changed by somebody in the meantime and stays as it is.</numerusform>
            <numerusform>%Ln were changed by somebody in the meantime and stay as they are.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Export %n contacts</source>
        <translation>
            <numerusform>Export %Ln contact</numerusform>
            <numerusform>Export %Ln contacts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts are being exported.</source>
        <translation>
            <numerusform>%Ln contact is being exported.</numerusform>
            <numerusform>%Ln contacts are being exported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts exported, read again and compared.</source>
        <translation>
            <numerusform>%Ln contact exported, read again and compared.</numerusform>
            <numerusform>%Ln contacts exported, read again and compared.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %n contacts</source>
        <translation>
            <numerusform>Import %Ln contact</numerusform>
            <numerusform>Import %Ln contacts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The import is undone: %n contacts are as they were before.</source>
        <translation>
            <numerusform>The import is undone: %Ln contact is as it was before.</numerusform>
            <numerusform>The import is undone: %Ln contacts are as they were before.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts were added.</source>
        <translation>
            <numerusform>%Ln contact was added.</numerusform>
            <numerusform>%Ln contacts were added.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contacts got new values.</source>
        <translation>
            <numerusform>%Ln contact got new values.</numerusform>
            <numerusform>%Ln contacts got new values.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n were changed since and keep everything.</source>
        <translation>
            <numerusform>%Ln was changed since and keeps everything.</numerusform>
            <numerusform>%Ln were changed since and keep everything.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n added</source>
        <translation>
            <numerusform>%Ln added</numerusform>
            <numerusform>%Ln added</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n updated</source>
        <translation>
            <numerusform>%Ln updated</numerusform>
            <numerusform>%Ln updated</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n passed over</source>
        <translation>
            <numerusform>%Ln passed over</numerusform>
            <numerusform>%Ln passed over</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n failed</source>
        <translation>
            <numerusform>%Ln failed</numerusform>
            <numerusform>%Ln failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files that were imported in the same go are undone with it.</source>
        <translation>
            <numerusform>%Ln file that was imported in the same go is undone with it.</numerusform>
            <numerusform>%Ln files that were imported in the same go are undone with it.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows saved. The file is not encrypted.</source>
        <translation>
            <numerusform>%Ln row saved. The file is not encrypted.</numerusform>
            <numerusform>%Ln rows saved. The file is not encrypted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows came in now.</source>
        <translation>
            <numerusform>%Ln row came in now.</numerusform>
            <numerusform>%Ln rows came in now.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The sheets of %n contacts</source>
        <translation>
            <numerusform>The sheet of %Ln contact</numerusform>
            <numerusform>The sheets of %Ln contacts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The list of the %n selected</source>
        <translation>
            <numerusform>The list of the %Ln selected</numerusform>
            <numerusform>The list of the %Ln selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n have no postal address and are left out.</source>
        <translation>
            <numerusform>%Ln has no postal address and is left out.</numerusform>
            <numerusform>%Ln have no postal address and are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pages are being made.</source>
        <translation>
            <numerusform>%Ln page is being made.</numerusform>
            <numerusform>%Ln pages are being made.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The consent of {name} is withdrawn. %n calls were removed.</source>
        <translation>
            <numerusform>The consent of {name} is withdrawn. %Ln call was removed.</numerusform>
            <numerusform>The consent of {name} is withdrawn. %Ln calls were removed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>For %n months</source>
        <translation>
            <numerusform>For %Ln month</numerusform>
            <numerusform>For %Ln months</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %n days</source>
        <translation>
            <numerusform>every %Ln day</numerusform>
            <numerusform>every %Ln days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %n weeks</source>
        <translation>
            <numerusform>every %Ln week</numerusform>
            <numerusform>every %Ln weeks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %n months</source>
        <translation>
            <numerusform>every %Ln month</numerusform>
            <numerusform>every %Ln months</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>every %n years</source>
        <translation>
            <numerusform>every %Ln year</numerusform>
            <numerusform>every %Ln years</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n lines saved. The file is not encrypted.</source>
        <translation>
            <numerusform>%Ln line saved. The file is not encrypted.</numerusform>
            <numerusform>%Ln lines saved. The file is not encrypted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of members who did not agree</source>
        <translation>
            <numerusform>%Ln of a member who did not agree</numerusform>
            <numerusform>%Ln of members who did not agree</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of lines that are nobody&apos;s</source>
        <translation>
            <numerusform>%Ln of a line that is nobody&apos;s</numerusform>
            <numerusform>%Ln of lines that are nobody&apos;s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n follow-ups were written to {file}.</source>
        <translation>
            <numerusform>%Ln follow-up was written to {file}.</numerusform>
            <numerusform>%Ln follow-ups were written to {file}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days over</source>
        <translation>
            <numerusform>%Ln day over</numerusform>
            <numerusform>%Ln days over</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n follow-ups fell due while the program was closed.</source>
        <translation>
            <numerusform>%Ln follow-up fell due while the program was closed.</numerusform>
            <numerusform>%Ln follow-ups fell due while the program was closed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n follow-ups are due now.</source>
        <translation>
            <numerusform>%Ln follow-up is due now.</numerusform>
            <numerusform>%Ln follow-ups are due now.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show all %n</source>
        <translation>
            <numerusform>Show all %Ln</numerusform>
            <numerusform>Show all %Ln</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n follow-ups are done.</source>
        <translation>
            <numerusform>%Ln follow-up is done.</numerusform>
            <numerusform>%Ln follow-ups are done.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days late</source>
        <translation>
            <numerusform>%Ln day late</numerusform>
            <numerusform>%Ln days late</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rows have other words: they will be reported as not read.</source>
        <translation>
            <numerusform>%Ln row has another word: it will be reported as not read.</numerusform>
            <numerusform>%Ln rows have other words: they will be reported as not read.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{change} % on the %n days before</source>
        <translation>
            <numerusform>{change} % on the %Ln day before</numerusform>
            <numerusform>{change} % on the %Ln days before</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n days</source>
        <translation>
            <numerusform>%Ln day</numerusform>
            <numerusform>%Ln days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n calls, the last one {when}</source>
        <translation>
            <numerusform>%Ln call, the last one {when}</numerusform>
            <numerusform>%Ln calls, the last one {when}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>usually every %n days</source>
        <translation>
            <numerusform>usually every %Ln day</numerusform>
            <numerusform>usually every %Ln days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Half of the pauses between real calls were %n days or shorter.</source>
        <translation>
            <numerusform>Half of the pauses between real calls were %Ln day or shorter.</numerusform>
            <numerusform>Half of the pauses between real calls were %Ln days or shorter.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Now it is %n days: at least twice as long, and two weeks.</source>
        <translation>
            <numerusform>Now it is %Ln day: at least twice as long, and two weeks.</numerusform>
            <numerusform>Now it is %Ln days: at least twice as long, and two weeks.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n other records, which nobody changed since</source>
        <translation>
            <numerusform>%Ln other record, which nobody changed since</numerusform>
            <numerusform>%Ln other records, which nobody changed since</numerusform>
        </translation>
    </message>
</context>
</TS>
