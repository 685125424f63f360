#include "cli/local/configured_unsealing.hpp"

#include <algorithm>
#include <string>

namespace rookery::cli {
namespace {

using crypto::SlotOption;

bool is_given(const Config& config, const SlotOption& option) {
    return config.unseal.contains(std::string(option.name));
}

/// A token's module without its PIN, which somebody brings to the running server.
bool waits_for_a_secret(const Config& config, const OfferOption& one) {
    if (!one.option->part || one.option->form != SlotOption::Form::path) return false;
    return std::ranges::none_of(one.kind->options, [&](const SlotOption& other) {
        return &other != one.option && is_given(config, other);
    });
}

}  // namespace

UnsealingOptions configured_unsealing(const Config& config) {
    UnsealingOptions out;
    for (auto& one : out.all) {
        const auto found = config.unseal.find(std::string(one.option->name));
        if (found == config.unseal.end() || waits_for_a_secret(config, one)) continue;
        if (one.option->form == crypto::SlotOption::Form::pair) {
            one.asked = true;
        } else {
            one.texts = found->second;
        }
    }
    return out;
}

}  // namespace rookery::cli
