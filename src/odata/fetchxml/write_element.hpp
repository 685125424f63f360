// Elements of FetchXML as text.
#pragma once

#include "odata/fetchxml/fetch_element.hpp"

#include <string>

namespace rookery::odata::fetchxml {

/// What read_xml reads as that element.
[[nodiscard]] std::string write_xml(const Element& element);

}  // namespace rookery::odata::fetchxml
