#include "audit/handover.hpp"

#include "audit/log_row.hpp"
#include "base/integrity_failure.hpp"
#include "merkle/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace rookery::audit {
namespace {

// As an anchor's: no note of one kind passes for another.
constexpr std::string_view handover_line = "sv1.handover";
// With a line more, that says what the rows are as of.
constexpr std::string_view refilled_line = "sv2.handover";
constexpr std::string_view handover_suffix = "#handover";

static_assert(merkle::origin_bytes_max + handover_suffix.size() <= merkle::note_name_bytes_max);

std::string handover_key_name(std::string_view origin) {
    return std::string(origin) + std::string(handover_suffix);
}

std::optional<std::string_view> take_line(std::string_view& rest, std::string_view prefix) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos || !rest.starts_with(prefix)) return std::nullopt;
    const auto value = rest.substr(prefix.size(), end - prefix.size());
    rest.remove_prefix(end + 1);
    return value;
}

struct SizeAndRoot {
    std::uint64_t size = 0;
    Digest root{};
};

std::optional<SizeAndRoot> parse_size_and_root(std::string_view text) {
    SizeAndRoot out;
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const auto* const end = text.data() + blank;
    const auto [parsed, error] = std::from_chars(text.data(), end, out.size);
    const auto root = from_base64(text.substr(blank + 1));
    if (error != std::errc{} || parsed != end || !root || root->size() != out.root.size()) {
        return std::nullopt;
    }
    std::ranges::copy(*root, out.root.begin());
    return out;
}

std::string size_and_root(std::uint64_t size, const Digest& root) {
    return std::to_string(size) + " " + to_base64(root);
}

bool is_newer_handover(std::string_view body) {
    const auto head = take_line(body, "sv");
    const auto dot = head ? head->find('.') : std::string_view::npos;
    return dot != std::string_view::npos && head->substr(dot) == ".handover" &&
           head->substr(0, dot) != "1" && head->substr(0, dot) != "2";
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t out = 0;
    const auto* const end = text.data() + text.size();
    const auto [parsed, error] = std::from_chars(text.data(), end, out);
    return error == std::errc{} && parsed == end ? std::optional(out) : std::nullopt;
}

std::optional<Handover> parse_handover(std::string_view body) {
    auto rest = body;
    const bool refilled = rest.starts_with(refilled_line);
    const auto first = take_line(rest, refilled ? refilled_line : handover_line);
    const auto vault = take_line(rest, "vault ");
    const auto from = take_line(rest, "from ");
    const auto to = take_line(rest, "to ");
    const auto log = take_line(rest, "log ");
    const auto rows = refilled ? take_line(rest, "rows ") : std::nullopt;
    const auto seen = take_line(rest, "seen ");
    const auto time = take_line(rest, "time ");
    if (!first || !vault || !from || !to || !log || !seen || !time) return std::nullopt;
    const auto id = Uuid::parse(*vault);
    const auto here = parse_size_and_root(*log);
    const auto there = parse_size_and_root(*seen);
    const auto when = parse_iso8601(*time);
    if (!id || !here || !there || !when || refilled != rows.has_value()) return std::nullopt;
    Handover out{
        *id,
        std::string(*from),
        std::string(*to),
        here->size,
        here->root,
        there->size,
        there->root,
        *when,
        rows ? parse_size(*rows) : std::nullopt};
    if (refilled && (!out.rows_size || *out.rows_size >= out.size)) return std::nullopt;
    const bool sensible = merkle::is_key_name(out.from) && merkle::is_key_name(out.to) &&
                          out.from != out.to && out.seen_size >= out.size &&
                          (out.seen_size != out.size || out.seen_root == out.root);
    if (!sensible || handover_body(out) != body) return std::nullopt;
    return out;
}

}  // namespace

std::string handover_body(const Handover& handover) {
    std::string out(handover.rows_size ? refilled_line : handover_line);
    out += "\nvault " + to_string(handover.vault);
    out += "\nfrom " + handover.from;
    out += "\nto " + handover.to;
    out += "\nlog " + size_and_root(handover.size, handover.root);
    if (handover.rows_size) out += "\nrows " + std::to_string(*handover.rows_size);
    out += "\nseen " + size_and_root(handover.seen_size, handover.seen_root);
    out += "\ntime " + to_iso8601(handover.time) + "\n";
    return out;
}

std::string sign_handover(const Handover& handover, const crypto::SigningKey& key) {
    return merkle::sign_note(handover_body(handover), handover_key_name(handover.from), key);
}

Result<Handover> read_handover(std::string_view text, const crypto::PublicKey& key) {
    if (text.size() > handover_bytes_max) return integrity_failure();
    if (is_newer_handover(text)) {
        return fail(
            Errc::newer_format,
            "a hand-over of the log was written by a newer rookery",
            "use the version that wrote it, or a later one"
        );
    }
    const auto note = merkle::parse_note(text);
    auto out = note ? parse_handover(note->body) : std::nullopt;
    if (!out || !merkle::verify_note(text, {handover_key_name(out->from), key})) {
        return integrity_failure();
    }
    return std::move(*out);
}

std::string next_origin(std::string_view first, Instant now) {
    auto time = to_iso8601(std::chrono::floor<std::chrono::seconds>(now));
    std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
    return std::string(first.substr(0, merkle::origin_bytes_max - time.size() - 1)) + "." + time;
}

Result<void> Handovers::add(
    std::string_view row_key, std::string_view note, const crypto::PublicKey& key
) {
    ROOKERY_TRY(auto next, read_handover(note, key));
    if (row_key != handover_key(next.size)) return integrity_failure();
    if (!all_.empty() && (next.from != all_.back().to || next.size <= all_.back().size ||
                          (next.rows_size && *next.rows_size < all_.back().size))) {
        return integrity_failure();
    }
    if (that_ended(next.to) != nullptr) return integrity_failure();  // a name never comes again
    all_.push_back(std::move(next));
    return {};
}

bool Handovers::lead_to(std::string_view current) const {
    return all_.empty() || all_.back().to == current;
}

const std::string& Handovers::first(const std::string& current) const {
    return all_.empty() ? current : all_.front().from;
}

const std::string& Handovers::at(std::uint64_t size, const std::string& current) const {
    const auto found =
        std::ranges::find_if(all_, [&](const Handover& one) { return size <= one.size; });
    return found == all_.end() ? current : found->from;
}

bool Handovers::is_put_back(std::uint64_t index) const {
    return std::ranges::any_of(all_, [&](const Handover& one) {
        return one.rows_size && index >= *one.rows_size && index < one.size;
    });
}

const Handover* Handovers::that_ended(std::string_view name) const {
    const auto found = std::ranges::find(all_, name, &Handover::from);
    return found == all_.end() ? nullptr : &*found;
}

std::string handover_key(std::uint64_t size) {
    auto key = entry_key(size);
    key.front() = handover_prefix;
    return key;
}

Result<Handovers> read_handovers(const storage::StoreView& view, const crypto::PublicKey& key) {
    Handovers out;
    const auto rows = view.scan(
        {storage::Family::log,
         std::string(1, handover_prefix),
         std::string(1, static_cast<char>(handover_prefix + 1))},
        storage::Order::ascending
    );
    for (; rows->valid(); rows->next()) ROOKERY_CHECK(out.add(rows->key(), rows->value(), key));
    ROOKERY_CHECK(rows->status());
    return out;
}

}  // namespace rookery::audit
