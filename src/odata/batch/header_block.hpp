// The header lines of a part: names and values that point into the body of the batch.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace rookery::odata::batch {

inline constexpr std::size_t header_bytes_max = 16U << 10;  // of one block of them
inline constexpr std::size_t headers_max = 100;             // the same

struct PartHeader {
    std::string_view name;
    std::string_view value;  // without the blanks around it
};

/// What was read of the blocks of one part.
class HeaderBlock {
 public:
    /// Takes lines off `rest` up to the empty one, and that too. Errc::malformed: no header line, one that is
    /// continued, more or larger ones than above.
    [[nodiscard]] static Result<HeaderBlock> read(std::string_view& rest);

    /// The value of the first header of that name; nothing: there is none.
    [[nodiscard]] const std::string_view* find(std::string_view name) const;

    [[nodiscard]] std::size_t count(std::string_view name) const;

    [[nodiscard]] const std::vector<PartHeader>& all() const { return headers_; }

 private:
    std::vector<PartHeader> headers_;
};

}  // namespace rookery::odata::batch
