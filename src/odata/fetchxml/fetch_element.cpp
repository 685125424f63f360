#include "odata/fetchxml/fetch_element.hpp"

#include <algorithm>
#include <expat.h>
#include <memory>
#include <new>
#include <type_traits>

namespace rookery::odata::fetchxml {
namespace {

struct FreeParser {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeParser>;

/// The elements that are open, the outermost first.
class Tree {
 public:
    explicit Tree(XML_Parser parser) : parser_(parser) {
        XML_SetUserData(parser, this);
        XML_SetElementHandler(parser, &Tree::on_start, &Tree::on_end);
        XML_SetCharacterDataHandler(parser, &Tree::on_text);
        XML_SetStartDoctypeDeclHandler(parser, &Tree::on_doctype);
    }

    [[nodiscard]] Element take_root() { return std::move(root_); }

 private:
    /// No exception goes through a library of C.
    template <class Use>
    static void with(void* self, Use use) {
        auto& tree = *static_cast<Tree*>(self);
        try {
            use(tree);
        } catch (const std::bad_alloc&) {
            tree.stop();
        }
    }

    static void on_start(void* self, const char* name, const char** attributes) {
        with(self, [&](Tree& tree) { tree.start(name, attributes); });
    }

    static void on_end(void* self, const char*) {
        with(self, [](Tree& tree) { tree.end(); });
    }

    static void on_text(void* self, const char* text, int size) {
        with(self, [&](Tree& tree) {
            if (tree.open_.empty()) return;
            tree.open_.back().text.append(text, static_cast<std::size_t>(size));
        });
    }

    static void on_doctype(void* self, const char*, const char*, const char*, int) {
        static_cast<Tree*>(self)->stop();
    }

    void start(const char* name, const char** attributes) {
        if (++elements_ > elements_max || open_.size() == elements_deep) return stop();
        auto& element = open_.emplace_back(Element{name});
        for (; *attributes != nullptr; attributes += 2) {
            if (element.attributes.size() == attributes_max) return stop();
            element.attributes.emplace_back(attributes[0], attributes[1]);
        }
    }

    void end() {
        if (open_.empty()) return;  // after stop()
        auto done = std::move(open_.back());
        open_.pop_back();
        if (open_.empty()) {
            root_ = std::move(done);
        } else {
            open_.back().children.push_back(std::move(done));
        }
    }

    /// What is parsed then is no XML.
    void stop() {
        open_.clear();
        XML_StopParser(parser_, XML_FALSE);
    }

    XML_Parser parser_;
    std::vector<Element> open_;
    Element root_;
    std::size_t elements_ = 0;
};

}  // namespace

const std::string* Element::attribute(std::string_view wanted) const {
    const auto found =
        std::ranges::find_if(attributes, [&](const auto& one) { return one.first == wanted; });
    return found == attributes.end() ? nullptr : &found->second;
}

Result<Element> read_xml(std::string_view text) {
    if (text.size() > fetch_bytes_max) {
        return fail(Errc::malformed, "The FetchXML is too long.");
    }
    const Parser parser(XML_ParserCreate("UTF-8"));
    if (parser == nullptr) throw std::bad_alloc();
    Tree tree(parser.get());
    const auto parsed =
        XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
    if (parsed != XML_STATUS_OK) {
        return fail(
            Errc::malformed,
            "The FetchXML is not well formed, has a document type or is too large, in line " +
                std::to_string(XML_GetCurrentLineNumber(parser.get())) + "."
        );
    }
    return tree.take_root();
}

}  // namespace rookery::odata::fetchxml
