// FetchXML as it is written: elements, attributes and texts, bounded, before anything is made of them.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::odata::fetchxml {

inline constexpr std::size_t fetch_bytes_max = std::size_t{1} << 17;
inline constexpr std::size_t elements_max = 4000;  // all together
inline constexpr std::size_t elements_deep = 40;   // one in the other
inline constexpr std::size_t attributes_max = 20;  // of one element

struct Element {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes = {};
    std::vector<Element> children = {};
    std::string text = {};  // its own, without that of its children

    /// Null when it is not there.
    [[nodiscard]] const std::string* attribute(std::string_view name) const;
};

/// The outermost element. A document type is refused, and with it every entity but the five of XML. Errc::malformed for what
/// is no XML or beyond a limit; the message gives a line, never what stands there.
[[nodiscard]] Result<Element> read_xml(std::string_view text);

}  // namespace rookery::odata::fetchxml
