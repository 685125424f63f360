// A rule of the contract, and what all of them use. For the files of the contract alone.
#pragma once

#include "storage/store_contract.hpp"
#include "storage/store_use.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::storage::test {

struct Rule {
    std::string_view name;
    void (*check)(EngineUnderTest&);
    bool Capabilities::*needs = nullptr;
};

/// The chapters of the contract, each in the file of its name.
[[nodiscard]] std::span<const Rule> rules_of_snapshots();
[[nodiscard]] std::span<const Rule> rules_of_order();
[[nodiscard]] std::span<const Rule> rules_of_guards();
[[nodiscard]] std::span<const Rule> rules_of_commits();
[[nodiscard]] std::span<const Rule> rules_of_keeping();

using Keys = std::vector<std::string>;

inline constexpr std::array all_families{Family::rows, Family::rowidx, Family::log, Family::meta};

inline std::unique_ptr<Store> open(
    EngineUnderTest& engine, OpenMode mode = OpenMode::create_if_missing
) {
    auto store = engine.open(mode);
    if (!store) FAIL(store.error().message);
    return std::move(*store);
}

inline Errc open_error(EngineUnderTest& engine, OpenMode mode) {
    const auto store = engine.open(mode);
    REQUIRE_FALSE(store);
    CHECK_FALSE(store.error().hint.empty());
    return store.error().code;
}

/// Draws keys that are close to each other, so that ranges and removals meet them.
class Draws {
 public:
    std::size_t below(std::size_t bound) { return engine_() % bound; }

    std::string key() {
        constexpr std::string_view bytes(
            "\x00"
            "aAz\x7F\x80\xFF",
            7
        );
        std::string out;
        for (auto left = 1 + below(3); left > 0; --left) out += bytes[below(bytes.size())];
        return out;
    }

 private:
    std::mt19937_64 engine_{20};
};

}  // namespace rookery::storage::test
