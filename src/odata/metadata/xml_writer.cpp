#include "odata/metadata/xml_writer.hpp"

#include <utility>

namespace rookery::odata::metadata {

XmlWriter::XmlWriter(std::string& out) : out_(out) {
    out_ = R"(<?xml version="1.0" encoding="utf-8"?>)";
}

void XmlWriter::text(std::string_view name, std::string_view text) {
    element(name, {}, [&] { escaped(text); });
}

void XmlWriter::begin(std::string_view name, XmlAttributes attributes) {
    out_ += '<';
    out_ += name;
    for (const auto& one : attributes) {
        if (one.value.empty()) continue;
        out_ += ' ';
        out_ += one.name;
        out_ += "=\"";
        escaped(one.value);
        out_ += '"';
    }
}

void XmlWriter::escaped(std::string_view text) {
    constexpr std::pair<char, std::string_view> escapes[] = {
        {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
    for (const char c : text) {
        std::string_view as{&c, 1};
        for (const auto& [escaped_char, escape] : escapes) {
            if (c == escaped_char) as = escape;
        }
        out_ += as;
    }
}

}  // namespace rookery::odata::metadata
