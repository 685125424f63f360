// The options after '?', decoded once and told apart; what each means is decided by who uses it.
#pragma once

#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::odata {

struct QueryOptions {
    std::optional<std::string> select;
    std::optional<std::string> filter;
    std::optional<std::string> orderby;
    std::optional<std::string> top;
    std::optional<std::string> count;
    std::optional<std::string> expand;
    std::optional<std::string> apply;
    std::optional<std::string> skiptoken;
    std::optional<std::string> deltatoken;
    std::optional<std::string> id;
    std::optional<std::string> fetch_xml;                      // fetchXml
    std::optional<std::string> saved_query;                    // savedQuery
    std::optional<std::string> user_query;                     // userQuery
    bool unmasked = false;                                     // UnMaskedData=true
    std::vector<std::pair<std::string, std::string>> aliases;  // "@p" → text

    /// By fetchXml, or by a query that is kept.
    [[nodiscard]] bool asks_by_fetch() const { return fetch_xml || saved_query || user_query; }

    /// The alias's text, or nullptr: an alias without a value is null.
    [[nodiscard]] const std::string* alias(std::string_view name) const;
};

/// `query` as sent, without '?'. Other options without a '$' are tolerated. Errc:
/// malformed (unknown option with '$', the same option twice, bad escape), skip_unsupported,
/// unsupported ($search and others: ignoring them would answer another question).
[[nodiscard]] Result<QueryOptions> read_query_options(std::string_view query);

}  // namespace rookery::odata
