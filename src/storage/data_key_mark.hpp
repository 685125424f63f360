// What a stored row says in clear of its data key: enough to tell, without opening it, which KEKs it has been under, and by
// the KEK's id whether a vault wrote it.
#pragma once

#include "base/result.hpp"
#include "crypto/keys.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rookery::storage {

struct DataKeyMark {
    crypto::KeyName kek;
    std::uint32_t wrap_generation = 0;  // 0: it has been under no other KEK
};

/// Unproven; nothing for a row without a data key and for a tombstone. Errc::integrity for what is no value.
[[nodiscard]] Result<std::optional<DataKeyMark>> data_key_mark(std::string_view value);

}  // namespace rookery::storage
