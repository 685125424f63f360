// What rendering needs to know of the request that a reply answers. Filled by parse, used by render
// and render_error; a plain value that travels beside the Message.
#pragma once

#include "base/uuid.hpp"
#include "odata/request/request_origin.hpp"
#include "schema/schema.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::odata {

struct Operation;

namespace metadata {
struct Question;
}

/// Accept: odata.metadata=…
enum class MetadataLevel : std::uint8_t { minimal, full, none };

/// Prefer: odata.include-annotations=…, matched against the annotations that this server makes.
struct Annotations {
    bool formatted_value = false;
    bool lookup_logical_name = false;
    bool navigation_property = false;
    bool total_record_count = false;
    bool limit_exceeded = false;
    bool fetch_cookie = false;
    bool more_records = false;
    bool of_document = false;  // those of $metadata
};

/// A navigation property that is shown with each row, as the answer names it.
struct ExpandedName {
    std::string name;
    std::string options;       // of a collection's own URL, percent-encoded; empty: none
    bool many_tables = false;  // its rows say of which table they are
    std::vector<ExpandedName> expanded = {};
    bool hidden = false;  // of a join: its rows count, and show nothing
    std::vector<std::pair<const schema::Column*, std::string>> renamed =
        {};  // of a join: columns that FetchXML has under a name of their own
};

/// How a list that was asked for in FetchXML goes on.
enum class FetchPages : std::uint8_t { none, by_link, by_cookie };

struct RenderContext {
    RequestOrigin origin;                  // what links begin with
    std::string_view version = "v9.2";     // of the request's URL; points at a constant
    const schema::Table* table = nullptr;  // of the rows that the reply shows, if known
    std::optional<Uuid> refused_row;  // of it, that the request named and may not use: for the log
    const Operation* operation =
        nullptr;  // that was asked for, if any; lives as long as the program
    std::shared_ptr<const metadata::Question> question;  // if metadata was asked for
    std::string key_form;      // "SET(key='v')", when a row was named by alternate key
    bool names_entity = true;  // false: the 204 carries no OData-EntityId
    bool raw_value = false;    // …/$value: of one property, as text
    bool references = false;   // …/$ref: rows are shown as references to them
    const schema::Table* references_to =
        nullptr;                         // of a lookup, a row of this table alone; null: of any
    std::string select;                  // names for the context URL, comma separated; empty: all
    std::vector<ExpandedName> expanded;  // in the order of the query's
    bool joined = false;                 // what is expanded is shown as columns of the row itself
    std::vector<std::pair<const schema::Column*, std::string>>
        renamed;  // columns that FetchXML has under another name
    std::string preference_applied;
    Annotations annotations;
    MetadataLevel metadata = MetadataLevel::minimal;
    bool int64_as_text = false;  // Accept: IEEE754Compatible=true
    std::string target;          // of a list, as sent: for the nextLink
    std::uint32_t page_number = 1;
    FetchPages fetch = FetchPages::none;
    std::string client_request_id;        // x-ms-client-request-id, echoed
    std::string correlation_id;           // x-ms-correlation-id, echoed
    Uuid request_id;                      // minted by the transport
    std::string allow;                    // methods of the resource, for 405
    std::chrono::seconds retry_after{1};  // for 429 and 503
};

}  // namespace rookery::odata
