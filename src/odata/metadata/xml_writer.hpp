// Writes XML: elements with attributes, elements within, or a text. One thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace rookery::odata::metadata {

struct XmlAttribute {
    std::string_view name;
    std::string_view value;  // empty: the attribute is left out
};

using XmlAttributes = std::initializer_list<XmlAttribute>;

class XmlWriter {
 public:
    /// Begins with the declaration. It must outlive the writer.
    explicit XmlWriter(std::string& out);

    /// `inside()` writes the elements within.
    template <class Inside>
    void element(std::string_view name, XmlAttributes attributes, Inside inside) {
        begin(name, attributes);
        out_ += '>';
        inside();
        out_ += "</";
        out_ += name;
        out_ += '>';
    }

    void element(std::string_view name, XmlAttributes attributes) {
        begin(name, attributes);
        out_ += "/>";
    }

    /// An element that holds nothing but a text.
    void text(std::string_view name, std::string_view text);

 private:
    void begin(std::string_view name, XmlAttributes attributes);
    void escaped(std::string_view text);

    std::string& out_;
};

}  // namespace rookery::odata::metadata
