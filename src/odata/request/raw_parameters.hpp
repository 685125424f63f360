// The parameters of a function as the texts that stand for them, and how those that are no literals of a URL are read: lists,
// references to rows, members of an enumeration.
#pragma once

#include "base/result.hpp"
#include "messages/message.hpp"
#include "odata/request/parameters.hpp"
#include "odata/request/query_options.hpp"
#include "odata/request/request_origin.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::odata {

/// By name. What is null or an alias without a value is not among them.
using RawParameters = std::map<std::string_view, std::string>;

/// `(A=@a,B=…)`, each at most once; or the parameters' own aliases alone. Errc::malformed.
[[nodiscard]] Result<RawParameters> read_raw_parameters(
    const Function& function, std::optional<std::string_view> arguments, const QueryOptions& options
);

/// A text in quotes, its doubled quotes undone, or what stands there without any. Nothing when quotes do not match.
[[nodiscard]] std::optional<std::string> text_of(std::string_view raw);

/// `["a","b"]`, with either kind of quotes or, of GUIDs, with none. Nothing for another form, for a backslash in it and for
/// more than `most`.
[[nodiscard]] std::optional<std::vector<std::string>> texts_of(
    std::string_view raw, std::size_t most
);

/// `{'@odata.id':'SET(KEY)'}`, with either kind of quotes. Nothing for another form; Errc as read_reference.
[[nodiscard]] Result<std::optional<messages::Target>> target_of(
    std::string_view raw, const RequestOrigin& origin
);

/// The member of an enumeration: `Microsoft.Dynamics.CRM.TYPE'Member'`, or `'Member'` alone. Nothing for another form.
[[nodiscard]] std::optional<std::string_view> member_of(
    std::string_view raw, std::string_view type
);

}  // namespace rookery::odata
