// BroughtWay: a way into a vault that somebody brings to a running server: one kind's members, or those of two kinds, which
// are a pair. Bounded before anything is computed with it.
#pragma once

#include "base/result.hpp"
#include "crypto/slot_kind.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace rookery::crypto {

struct BroughtWay {
    static constexpr std::size_t parts_max = 2;
    static constexpr std::size_t secret_bytes_max = 1024;
    static constexpr std::size_t word_bytes_max = 255;

    struct Part {
        const SlotKind* kind = nullptr;
        SlotBrought brought;
    };

    std::vector<Part> parts;
};

/// The kind that has a member of this name; null for none. `word`: whether it is its word and not its secret.
struct MemberOf {
    const SlotKind* kind = nullptr;
    bool word = false;
};

[[nodiscard]] MemberOf member_of_kind(std::string_view name);

/// Takes the secrets out of it. `token_module`: of this server; empty: it has none. Errc::invalid_argument for no part, for
/// more than two, for two that are no pair, and those of the kinds.
[[nodiscard]] Result<std::unique_ptr<SlotOffer>> offer_of(
    BroughtWay way, const std::filesystem::path& token_module
);

}  // namespace rookery::crypto
