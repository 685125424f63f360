#include "pipeline/logged_values.hpp"

#include "audit/cbor.hpp"
#include "crypto/sha256.hpp"
#include "storage/value_codec.hpp"

#include <optional>
#include <string>

namespace rookery::messages {
namespace {

using storage::Row;
using storage::Value;

/// A value as the log keeps it. The schema lets no token and no digest be logged.
audit::ExtraValue extra_of(const Value& value) {
    struct Extra {
        audit::ExtraValue operator()(std::monostate) const { return std::string{}; }

        audit::ExtraValue operator()(bool flag) const { return std::uint64_t{flag}; }

        audit::ExtraValue operator()(std::int64_t number) const {
            if (number < 0) return std::to_string(number);
            return static_cast<std::uint64_t>(number);
        }

        audit::ExtraValue operator()(storage::Fraction number) const { return to_string(number); }

        audit::ExtraValue operator()(std::string text) const { return text; }
    };

    return std::visit(Extra{}, storage::plain(value));
}

void add(audit::Event& event, std::string name, const Value& value) {
    auto extra = extra_of(value);
    auto* text = std::get_if<std::string>(&extra);
    if (text == nullptr || text->size() <= logged_text_max) {
        event.extras.emplace_back(std::move(name), std::move(extra));
        return;
    }
    const auto digest = crypto::sha256(bytes_of(*text));
    text->resize(audit::utf8_prefix(*text, logged_text_max).size());
    event.extras.emplace_back(name, std::move(extra));
    event.extras.emplace_back(name + ".sha256", Bytes(digest.begin(), digest.end()));
}

}  // namespace

void add_logged_values(audit::Event& event, const Row* before, const Row* after) {
    const Value null;
    const auto& table = *(after == nullptr ? before : after)->table;
    for (const auto id : table.logged) {
        const std::string name(table.column(id)->name);
        const auto* old = before == nullptr ? nullptr : before->find(id);
        const auto* now = after == nullptr ? nullptr : after->find(id);
        const bool both = before != nullptr && after != nullptr;
        const bool same = old == nullptr || now == nullptr ? old == now : *old == *now;
        const bool changed = both && !same;
        if (now != nullptr || changed) add(event, name, now == nullptr ? null : *now);
        if (after == nullptr ? old != nullptr : changed) {
            add(event, name + std::string(before_suffix), old == nullptr ? null : *old);
        }
    }
}

}  // namespace rookery::messages
