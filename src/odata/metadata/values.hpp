// Values that properties of several types share: labels, managed properties, ids.
#pragma once

#include "odata/metadata/definition.hpp"
#include "odata/metadata/value.hpp"

#include <string_view>

namespace rookery::odata::metadata {

/// The only language that there are labels in: English (United States).
inline constexpr std::int64_t language = 1033;

/// What a definition is called in one respect ("DisplayName"); without a text a label of no language.
[[nodiscard]] Value label(const Source& of, std::string_view respect, std::string_view text);

/// A setting that nobody can change here: the schema is fixed.
[[nodiscard]] Value managed(bool value, std::string_view managed_by);

// What a property is whose answer is the same for all.
[[nodiscard]] Value never(const Source& source);
[[nodiscard]] Value always(const Source& source);
[[nodiscard]] Value nothing(const Source& source);
[[nodiscard]] Value zero(const Source& source);
[[nodiscard]] Value this_version(const Source& source);  // IntroducedVersion

/// Has the name a publisher's prefix? What is the vendor's own has none.
[[nodiscard]] bool is_custom(std::string_view logical_name);

}  // namespace rookery::odata::metadata
