-- Customer numbers with other letters than a to z, which NOCASE does not compare: few, and looked through.
CREATE INDEX contact_number_letters ON contact (customer_number)
    WHERE customer_number GLOB '*[^ -~]*';
