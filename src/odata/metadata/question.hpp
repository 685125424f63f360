// Question: what a request asks of the metadata, understood and not yet answered.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/metadata/changes.hpp"
#include "odata/metadata/filter.hpp"
#include "odata/metadata/model.hpp"
#include "odata/request/request_reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata::metadata {

inline constexpr std::size_t expand_depth_max = 3;  // of one $expand in another
inline constexpr std::size_t expanded_max = 20;     // navigation properties of one request

struct Expansion;

/// What is shown of a definition.
struct Shown {
    const EntityType* type = nullptr;     // as declared
    bool everything = true;               // all properties
    std::vector<std::size_t> properties;  // otherwise these, the id among them
    std::vector<Expansion> expanded;
};

struct Expansion {
    std::size_t navigation = 0;
    Shown shown;
    std::optional<Filter> filter;
};

struct Question {
    enum class About { document, list, one, property, changes };

    About about = About::list;
    std::string context;  // what stands behind "$metadata#"
    std::vector<const Definition*> rows;
    std::optional<Filter> filter;
    Shown shown;
    std::size_t property = 0;             // About::property
    bool annotated = false;               // About::document
    std::optional<ChangesQuery> changes;  // About::changes
    std::string none_match;               // If-None-Match as sent
};

/// Is it $metadata, or a set of definitions?
[[nodiscard]] bool is_metadata(std::string_view segment);

/// Into the context goes the Question. Precondition: the first segment is_metadata. Errc: method_not_allowed for every method but
/// GET, since the schema is fixed; unknown_segment; not_found; unknown_property; malformed; unsupported.
[[nodiscard]] Result<messages::Message> read_question(RequestReader& request);

}  // namespace rookery::odata::metadata
