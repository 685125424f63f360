#include "audit/unreadable.hpp"

namespace rookery::audit {

std::string_view words(Unreadable why) {
    switch (why) {
        using enum Unreadable;
        case row_missing:
            return "the row is missing";
        case row_damaged:
            return "the row is damaged";
        case other_leaf:
            return "the leaf is not this entry's";
        case details_shut:
            return "the details do not open";
        case details_differ:
            return "the details do not agree with the commitment";
        case details_foreign:
            return "the details are another event's";
        case details_malformed:
            return "the details are malformed";
        case details_in_clear:
            return "the details are in clear and must not be";
        case newer_format:
            return "a newer program wrote it";
        case no_key:
            return "the details are sealed and there is no key";
    }
    return "unknown";
}

}  // namespace rookery::audit
