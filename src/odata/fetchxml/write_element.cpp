#include "odata/fetchxml/write_element.hpp"

#include <string_view>
#include <utility>

namespace rookery::odata::fetchxml {
namespace {

void escape(std::string& out, std::string_view text) {
    // A line end in an attribute would be read as a blank (XML 1.0 section 3.3.3).
    constexpr std::pair<char, std::string_view> escapes[] = {
        {'&', "&amp;"},
        {'<', "&lt;"},
        {'>', "&gt;"},
        {'"', "&quot;"},
        {'\n', "&#10;"},
        {'\r', "&#13;"},
        {'\t', "&#9;"}};
    for (const char c : text) {
        std::string_view as{&c, 1};
        for (const auto& [escaped, escape] : escapes) {
            if (c == escaped) as = escape;
        }
        out += as;
    }
}

void write(std::string& out, const Element& element) {
    out += '<';
    out += element.name;
    for (const auto& [name, value] : element.attributes) {
        out += ' ';
        out += name;
        out += "=\"";
        escape(out, value);
        out += '"';
    }
    if (element.children.empty() && element.text.empty()) {
        out += "/>";
        return;
    }
    out += '>';
    for (const auto& child : element.children) write(out, child);
    escape(out, element.text);
    out += "</";
    out += element.name;
    out += '>';
}

}  // namespace

std::string write_xml(const Element& element) {
    std::string out;
    write(out, element);
    return out;
}

}  // namespace rookery::odata::fetchxml
