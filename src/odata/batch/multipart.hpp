// multipart/mixed (RFC 2046 section 5.1): where the sections of a body begin and end. Nothing is copied: what comes out
// points into the body, which may carry tokens. Pure and thread-safe.
//
// Lines end in CR LF or in LF alone, since clients send both.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace rookery::odata::batch {

inline constexpr std::size_t operations_max =
    1000;  // of a batch, those of its change sets included

/// Errc::malformed.
[[nodiscard]] Error too_many_operations();

/// The boundary of `multipart/mixed; boundary=…`, with or without quotes. Errc::wrong_content_type for another media
/// type; malformed without a boundary, or for one that RFC 2046 does not allow.
[[nodiscard]] Result<std::string_view> boundary_of(std::string_view content_type);

/// The media type in front of the parameters, as sent.
[[nodiscard]] std::string_view media_type_of(std::string_view content_type);

/// What stands between the delimiters, without the line end that belongs to each of them. What is before the first and
/// after the closing delimiter is ignored. Errc::malformed: no section, no closing delimiter, more than `sections_max`,
/// which is what is left of operations_max.
[[nodiscard]] Result<std::vector<std::string_view>> sections_of(
    std::string_view body, std::string_view boundary, std::size_t sections_max
);

}  // namespace rookery::odata::batch
