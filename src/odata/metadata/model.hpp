// Model: all definitions, made of the schema once and never changed. Whoever asks for metadata is answered from it.
#pragma once

#include "base/bytes.hpp"
#include "odata/metadata/definition.hpp"
#include "odata/metadata/operation_shape.hpp"

#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata::metadata {

/// A set of definitions that a URL may name.
struct DefinitionSet {
    std::string_view name;             // "EntityDefinitions"
    const EntityType* type = nullptr;  // what its rows are, or derive from
    std::vector<const Definition*> rows;
};

class Model {
 public:
    /// `operations`: which messages a table takes besides those that every table takes.
    explicit Model(std::span<const OperationShape> operations);

    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    [[nodiscard]] std::span<const DefinitionSet> sets() const { return sets_; }

    /// Null when there is none of that name.
    [[nodiscard]] const DefinitionSet* find_set(std::string_view name) const;

    /// CSDL in XML, with annotations or without.
    [[nodiscard]] const std::string& document(bool annotated) const {
        return annotated ? annotated_document_ : document_;
    }

    /// Of everything that is in it: another build's is another when it would answer anything else.
    [[nodiscard]] ByteView digest() const { return digest_; }

 private:
    class Builder;

    std::deque<Definition> definitions_;
    std::vector<DefinitionSet> sets_;
    std::string document_;
    std::string annotated_document_;
    Digest digest_{};
};

/// The one of this program. Defined in a source of odata, which knows all operations.
[[nodiscard]] const Model& model();

}  // namespace rookery::odata::metadata
