"""Why a foreign file could not be read: call logs, contacts, workbooks, zips."""

IMPORT_SENTENCES: dict[str, str] = {
    "line_invalid": "“{value}” is no extension and no phone number. Nothing was changed; give it in figures.",
    "own_number_invalid": "“{value}” is no complete phone number. Nothing was changed; type it with its "
    "area code or with + and the country code.",
    "digits_only": "“{value}” is not up to {limit} figures. Nothing was changed.",
    "internal_digits_invalid": "Extensions have 1 to {limit} figures. Nothing was changed.",
    "line_dates": "The line would end before it begins. Nothing was changed.",
    "number_own": "This is one of the organization’s own numbers (Administration, Telephony). Nothing was "
    "changed.",
    "number_shared": "Several people share this line: an answer is for one call. Nothing was changed.",
    "line_taken": "{line} is {name}’s on some of these days. Nothing was changed; end that line first.",
    "line_gone": "This line was changed meanwhile. Nothing was changed; look at it again.",
    "log_shared_without_lines": "“{name}” is the log of a telephone system and holds the whole office. "
    "Nothing was imported. First say whose line is whose (Administration, Telephony).",
    "member_needed": "Say whose phone “{name}” is from. Nothing was read: a log of one phone needs the "
    "consent of the person it belongs to.",
    "line_option_invalid": "“{value}” does not say whose line it is. Write it as LINE=USER.",
    "file_unreadable": "“{name}” could not be read: it is gone, is no ordinary file, or may not be opened. "
    "Nothing was imported.",
    "file_empty": "“{name}” is empty. Nothing was imported. Export it again.",
    "encoding_unknown": "“{encoding}” is not a text encoding. Leave it out to let the program find it.",
    "encoding_wrong": "The file is not in the encoding {encoding}. Nothing was imported. "
    "Leave the encoding out to let the program find it.",
    "log_format_unknown": "“{format}” is not a format this program reads. It reads: {known}.",
    "workbook_unreadable": "“{name}” could not be read as a workbook: it is damaged, protected by a "
    "password, or far too large. Nothing was imported. Save it anew as XLSX or CSV.",
    "contacts_not_recognized": "“{name}” holds no contacts this program knows. Nothing was imported. "
    "It reads: {expected}.",
    "mapping_unreadable": "The saved mapping of columns could not be read. Nothing was imported. Say once "
    "more what the columns mean.",
    "contacts_mapping_needed": "The columns of “{name}” have no headers this program knows. Nothing was "
    "imported. Say what they mean in the import window, or name them in the file (first name, e-mail …).",
    "log_not_recognized": "“{name}” is not a call log this program knows. Nothing was imported. "
    "Expected is {expected}. Export the log again, or choose another file.",
    "no_log": "“{name}” is no call log and no table. Nothing was read of it.",
    "zip_in_zip": "“{name}” lies in a zip and is packed itself. It was not read; take it out and import it "
    "alone.",
    "log_format_differs": "“{name}” is not a file of the format {format}. Nothing was imported. "
    "Expected: {expected}.",
    "log_damaged": "“{name}” is damaged or no database this program can read. Nothing was imported. Export "
    "the log again.",
    "zip_damaged": "“{name}” is damaged, under a password or far too large. Nothing was imported. Export it "
    "again.",
    "log_has_doctype": "This XML file declares a document type or entities, which no call log does. "
    "Nothing was read from it.",
    "mapping_needed": "Not found: the column for {field}. Nothing was imported. Say which column it is.",
    "mapping_uncertain": "It is not certain how {field} is meant in this table. Nothing was imported. "
    "Confirm what the columns mean.",
    "mapping_column_missing": "The table has no column “{column}”. Nothing was imported. "
    "Choose another mapping or correct it.",
    "sheet_missing": "“{name}” has no sheet “{sheet}” with rows in it. Nothing was imported. Choose another "
    "sheet.",
    "mapping_unknown": "No mapping of columns is saved as “{name}”, and there is no such file. Nothing was "
    "imported. Give the name it was saved under, or a JSON file.",
    "mapping_name_needed": "The mapping needs a name. Nothing was saved. Give it one, of 80 letters at most.",
    "mapping_name_taken": "There is a mapping “{name}” already. Nothing was changed. Choose another name.",
    "mapping_not_for_headerless": "Columns of a table without headers are known by their places only. "
    "Nothing was saved. Save the mapping of a table without headers, or leave out that it is for those.",
    "mapping_invalid": "The mapping of the columns is not usable: {field}. Nothing was imported.",
}
