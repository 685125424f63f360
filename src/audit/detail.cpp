#include "audit/detail.hpp"

#include "audit/cbor.hpp"
#include "crypto/sha256.hpp"

#include <algorithm>
#include <limits>

namespace rookery::audit {
namespace {

constexpr std::uint64_t schema = 1;
constexpr std::uint8_t row_format = 1;
constexpr std::uint8_t no_index_rows = 0;

// Longest texts, in bytes. Together with the fixed fields they stay below cbor_bytes_max, so that only
// lists can make a section too long.
constexpr std::size_t name_max = 255;  // node, actor, agent, host
constexpr std::size_t label_max =
    128;  // message, table, client request id, ticket, a forwarded hop
constexpr std::size_t policy_max = 64;
constexpr std::size_t rule_path_max = 1024;
constexpr std::size_t extra_key_max = 64;
constexpr std::size_t extra_value_max = 1024;
constexpr std::size_t user_agent_max = 256;
constexpr std::size_t justification_max = 1024;
constexpr std::size_t error_detail_max = 512;
constexpr std::size_t forwarded_max = 8;

constexpr std::string_view clipped_key = "clipped";

// Core keys of docs/formats/audit-log.md.
enum CoreKey : std::uint64_t {
    k_schema,
    k_id,
    k_time,
    k_node,
    k_action,
    k_outcome,
    k_reason,
    k_actor,
    k_on_behalf_of,
    k_agent,
    k_correlation,
    k_message,
    k_client_request_id,
    k_table,
    k_record,
    k_columns,
    k_release,
    k_row_versions,
    k_value_changes,
    k_key_versions,
    k_rule,
    k_related,
    k_count,
    k_source,
    k_row_tag,
    k_extras,
    k_actor_name,
    k_record_name,
};

static_assert(k_extras == cbor_text_map_key);

enum PrivKey : std::uint64_t {
    p_schema,
    p_source_address,
    p_source_port,
    p_forwarded,
    p_user_agent,
    p_tls,
    p_justification,
    p_ticket,
    p_session,
    p_request_digest,
    p_error_detail,
    p_host,
    p_process,
};

auto refuse() { return fail(Errc::integrity, "integrity check failed"); }

// ---------------------------------------------------------------- writing

void put_text(CborWriter& out, std::string_view text, std::size_t bytes_max) {
    if (is_utf8(text)) {
        out.text(utf8_prefix(text, bytes_max));
    } else {
        out.text(utf8_prefix(to_utf8(text), bytes_max));
    }
}

void put_optional_text(
    CborWriter& out, std::uint64_t key, std::string_view text, std::size_t bytes_max
) {
    if (text.empty()) return;
    out.uint(key);
    put_text(out, text, bytes_max);
}

template <class Enum>
void put_enum(CborWriter& out, std::uint64_t key, Enum value) {
    out.uint(key);
    out.uint(static_cast<std::uint64_t>(value));
}

void put_hash(CborWriter& out, const std::optional<ByteArray<16>>& hash) {
    if (hash) {
        out.bytes(*hash);
    } else {
        out.null();
    }
}

using Extra = std::pair<std::string, ExtraValue>;

/// How much of an event's lists is written.
struct Extent {
    std::size_t columns = 0;
    std::size_t changes = 0;
    std::size_t extras = 0;
    std::size_t clipped = 0;  // list items left out
};

Extra clipped_extra(const Extra& given) {
    Extra out{utf8_prefix(to_utf8(given.first), extra_key_max), given.second};
    if (auto* text = std::get_if<std::string>(&out.second)) {
        *text = utf8_prefix(to_utf8(*text), extra_value_max);
    } else if (auto* bytes = std::get_if<Bytes>(&out.second)) {
        bytes->resize(std::min(bytes->size(), extra_value_max));
    }
    return out;
}

/// In the profile's order of keys: shorter first, then bytewise. Of equal keys the first stays.
std::vector<Extra> extras_of(const Event& event, const Extent& extent) {
    std::vector<Extra> out;
    if (extent.clipped != 0) {
        out.emplace_back(clipped_key, static_cast<std::uint64_t>(extent.clipped));
    }
    for (std::size_t i = 0; i < extent.extras; ++i) out.push_back(clipped_extra(event.extras[i]));
    const auto order = [](const Extra& a, const Extra& b) {
        return a.first.size() != b.first.size() ? a.first.size() < b.first.size()
                                                : a.first < b.first;
    };
    std::ranges::stable_sort(out, order);
    const auto same_key = [](const Extra& a, const Extra& b) { return a.first == b.first; };
    out.erase(std::unique(out.begin(), out.end(), same_key), out.end());
    return out;
}

void put_extras(CborWriter& out, const std::vector<Extra>& extras) {
    if (extras.empty()) return;
    out.uint(k_extras);
    out.map(extras.size());
    for (const auto& [key, value] : extras) {
        out.text(key);
        if (const auto* number = std::get_if<std::uint64_t>(&value)) out.uint(*number);
        if (const auto* text = std::get_if<std::string>(&value)) out.text(*text);
        if (const auto* bytes = std::get_if<Bytes>(&value)) out.bytes(*bytes);
    }
}

void put_columns(CborWriter& out, const Event& event, const Extent& extent) {
    if (extent.columns == 0) return;
    out.uint(k_columns);
    const auto write = [&](std::span<const std::uint64_t> columns) {
        out.array(columns.size());
        for (const auto column : columns) out.uint(column);
    };
    const std::span<const std::uint64_t> given{event.columns.data(), extent.columns};
    if (std::ranges::adjacent_find(given, std::greater_equal{}) == given.end()) return write(given);
    std::vector<std::uint64_t> sorted(given.begin(), given.end());
    std::ranges::sort(sorted);
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    write(sorted);
}

void put_changes(CborWriter& out, const Event& event, const Extent& extent) {
    if (extent.changes == 0) return;
    std::vector<const ValueChange*> changes;
    changes.reserve(extent.changes);
    for (std::size_t i = 0; i < extent.changes; ++i) changes.push_back(&event.value_changes[i]);
    std::ranges::stable_sort(changes, {}, &ValueChange::column);
    out.uint(k_value_changes);
    out.array(changes.size());
    for (const auto* change : changes) {
        out.array(4);
        out.uint(change->column);
        out.uint(change->key_version);
        put_hash(out, change->before);
        put_hash(out, change->after);
    }
}

void put_pair(CborWriter& out, std::uint64_t key, std::uint64_t first, std::uint64_t second) {
    out.uint(key);
    out.array(2);
    out.uint(first);
    out.uint(second);
}

void put_unknown(CborWriter& out, const std::vector<UnknownField>& fields) {
    for (const auto& field : fields) {
        out.uint(field.key);
        out.encoded(field.value);
    }
}

void write_core(CborWriter& out, const Event& event, const Uuid& id, const Extent& extent) {
    const auto extras = extras_of(event, extent);
    std::size_t fields = 9;  // keys 0 to 7 and 10
    fields += event.on_behalf_of.has_value();
    fields += !event.agent.empty();
    fields += !event.message.empty();
    fields += !event.client_request_id.empty();
    fields += !event.table.empty();
    fields += event.record.has_value();
    fields += extent.columns != 0;
    fields += event.release != ReleaseMode::none;
    fields += event.row_versions.has_value();
    fields += extent.changes != 0;
    fields += event.key_versions.has_value();
    fields += event.rule.has_value();
    fields += event.related.has_value();
    fields += event.count.has_value();
    fields += event.source.has_value();
    fields += event.row_tag.has_value();
    fields += !extras.empty();
    fields += event.actor_name.has_value();
    fields += event.record_name.has_value();
    fields += event.unknown.size();

    out.map(fields);
    out.uint(k_schema);
    out.uint(schema);
    out.uint(k_id);
    out.bytes(id.view());
    out.uint(k_time);
    out.uint(to_ms(event.time));
    out.uint(k_node);
    put_text(out, event.node, name_max);
    put_enum(out, k_action, event.action);
    put_enum(out, k_outcome, event.outcome);
    put_enum(out, k_reason, event.reason);
    out.uint(k_actor);
    out.array(4);
    out.uint(static_cast<std::uint64_t>(event.actor.type));
    put_text(out, event.actor.id, name_max);
    out.uint(static_cast<std::uint64_t>(event.actor.method));
    out.bytes(event.actor.credential_fingerprint);
    if (event.on_behalf_of) {
        out.uint(k_on_behalf_of);
        out.array(2);
        out.uint(static_cast<std::uint64_t>(event.on_behalf_of->type));
        put_text(out, event.on_behalf_of->id, name_max);
    }
    put_optional_text(out, k_agent, event.agent, name_max);
    out.uint(k_correlation);
    out.bytes(event.correlation.view());
    put_optional_text(out, k_message, event.message, label_max);
    put_optional_text(out, k_client_request_id, event.client_request_id, label_max);
    put_optional_text(out, k_table, event.table, label_max);
    if (event.record) {
        out.uint(k_record);
        out.bytes(event.record->view());
    }
    put_columns(out, event, extent);
    if (event.release != ReleaseMode::none) put_enum(out, k_release, event.release);
    if (event.row_versions) {
        put_pair(out, k_row_versions, event.row_versions->before, event.row_versions->after);
    }
    put_changes(out, event, extent);
    if (event.key_versions) {
        put_pair(
            out, k_key_versions, event.key_versions->kek_version, event.key_versions->dek_version
        );
    }
    if (event.rule) {
        out.uint(k_rule);
        out.array(3);
        put_text(out, event.rule->policy, policy_max);
        out.uint(event.rule->version);
        put_text(out, event.rule->path, rule_path_max);
    }
    if (event.related) {
        out.uint(k_related);
        out.uint(*event.related);
    }
    if (event.count) {
        out.uint(k_count);
        out.uint(*event.count);
    }
    if (event.source) {
        out.uint(k_source);
        out.bytes(*event.source);
    }
    if (event.row_tag) {
        out.uint(k_row_tag);
        out.bytes(*event.row_tag);
    }
    put_extras(out, extras);
    if (event.actor_name) {
        out.uint(k_actor_name);
        out.bytes(*event.actor_name);
    }
    if (event.record_name) {
        out.uint(k_record_name);
        out.bytes(*event.record_name);
    }
    put_unknown(out, event.unknown);
}

/// The largest number up to `wanted` with which `fits` holds, or 0.
template <class Fits>
std::size_t most_that_fits(std::size_t wanted, Fits fits) {
    std::size_t low = 0;
    std::size_t high = wanted;
    while (low < high) {
        const auto middle = low + (high - low + 1) / 2;
        if (fits(middle)) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/// Core bytes into `memory` (at least cbor_bytes_max); their number. The columns that were revealed
/// matter most and go last, the extras go first.
std::size_t write_core_within(std::span<std::uint8_t> memory, const Event& event, const Uuid& id) {
    const auto space = memory.first(cbor_bytes_max);
    const Extent all{event.columns.size(), event.value_changes.size(), event.extras.size(), 0};
    std::size_t size = 0;
    const auto fits = [&](Extent extent) {
        extent.clipped = all.columns - extent.columns + all.changes - extent.changes + all.extras -
                         extent.extras;
        CborWriter out{space};
        write_core(out, event, id, extent);
        size = out.view().size();
        return !out.overflow();
    };
    if (fits(all)) return size;
    auto extent = all;
    for (const auto list : {&Extent::extras, &Extent::changes, &Extent::columns}) {
        extent.*list = most_that_fits(all.*list, [&](std::size_t n) {
            auto attempt = extent;
            attempt.*list = n;
            return fits(attempt);
        });
        if (fits(extent)) break;
    }
    return size;
}

bool has_no_fields(const PrivDetail& priv) { return priv == PrivDetail{}; }

bool is_address(ByteView bytes) { return bytes.size() == 4 || bytes.size() == 16; }

void write_priv(CborWriter& out, const PrivDetail& priv, bool with_unknown) {
    const auto hops = std::min(priv.forwarded.size(), forwarded_max);
    std::size_t fields = 1;
    fields += is_address(priv.source_address);
    fields += priv.source_port.has_value();
    fields += hops != 0;
    fields += !priv.user_agent.empty();
    fields += priv.tls.has_value();
    fields += !priv.justification.empty();
    fields += !priv.ticket.empty();
    fields += priv.session.has_value();
    fields += priv.request_digest.has_value();
    fields += !priv.error_detail.empty();
    fields += !priv.host.empty();
    fields += priv.process.has_value();
    fields += with_unknown ? priv.unknown.size() : 0;

    out.map(fields);
    out.uint(p_schema);
    out.uint(schema);
    if (is_address(priv.source_address)) {
        out.uint(p_source_address);
        out.bytes(priv.source_address);
    }
    if (priv.source_port) {
        out.uint(p_source_port);
        out.uint(*priv.source_port);
    }
    if (hops != 0) {
        out.uint(p_forwarded);
        out.array(hops);
        for (std::size_t i = 0; i < hops; ++i) put_text(out, priv.forwarded[i], label_max);
    }
    put_optional_text(out, p_user_agent, priv.user_agent, user_agent_max);
    if (priv.tls) {
        out.uint(p_tls);
        out.array(2);
        out.uint(priv.tls->version);
        if (priv.tls->certificate) {
            out.bytes(*priv.tls->certificate);
        } else {
            out.null();
        }
    }
    put_optional_text(out, p_justification, priv.justification, justification_max);
    put_optional_text(out, p_ticket, priv.ticket, label_max);
    if (priv.session) {
        out.uint(p_session);
        out.bytes(priv.session->view());
    }
    if (priv.request_digest) {
        out.uint(p_request_digest);
        out.bytes(*priv.request_digest);
    }
    put_optional_text(out, p_error_detail, priv.error_detail, error_detail_max);
    put_optional_text(out, p_host, priv.host, name_max);
    if (priv.process) {
        out.uint(p_process);
        out.uint(*priv.process);
    }
    if (with_unknown) put_unknown(out, priv.unknown);
}

std::size_t write_priv_within(std::span<std::uint8_t> memory, const PrivDetail& priv) {
    if (has_no_fields(priv)) return 0;
    for (const bool with_unknown : {true, false}) {
        CborWriter out{memory.first(cbor_bytes_max)};
        write_priv(out, priv, with_unknown);
        if (!out.overflow() || !with_unknown) return out.view().size();
    }
    return 0;
}

// ---------------------------------------------------------------- reading

/// Takes the fields of a map in ascending order of keys; a wrong type makes ok() false for good.
class FieldReader {
 public:
    explicit FieldReader(const CborMap& map) : map_(map) {}

    /// The value when the next field has this key.
    const CborValue* take(std::uint64_t key) {
        if (next_ == map_.size() || *map_[next_].key.as<std::uint64_t>() != key) return nullptr;
        return &map_[next_++].value;
    }

    const CborValue& need(std::uint64_t key) {
        static const CborValue absent;
        const auto* value = take(key);
        if (value == nullptr) ok_ = false;
        return value == nullptr ? absent : *value;
    }

    std::uint64_t number(
        const CborValue& value, std::uint64_t max = std::numeric_limits<std::uint64_t>::max()
    ) {
        const auto* out = value.as<std::uint64_t>();
        if (out == nullptr || *out > max) ok_ = false;
        return out == nullptr ? 0 : *out;
    }

    template <class Enum>
    Enum code(const CborValue& value) {
        return static_cast<Enum>(number(value, 255));
    }

    std::string text(const CborValue& value) {
        const auto* out = value.as<std::string>();
        if (out == nullptr) ok_ = false;
        return out == nullptr ? std::string{} : *out;
    }

    template <std::size_t N>
    ByteArray<N> fixed(const CborValue& value) {
        ByteArray<N> out{};
        const auto* bytes = value.as<Bytes>();
        if (bytes == nullptr || bytes->size() != N) {
            ok_ = false;
        } else {
            std::ranges::copy(*bytes, out.begin());
        }
        return out;
    }

    template <std::size_t N>
    std::optional<ByteArray<N>> fixed_or_null(const CborValue& value) {
        if (value.as<std::monostate>() != nullptr) return std::nullopt;
        return fixed<N>(value);
    }

    /// Items of an array of `size`, or of any size; null when it is no such array.
    const CborArray* array(const CborValue& value, std::optional<std::size_t> size = {}) {
        const auto* out = value.as<CborArray>();
        if (out == nullptr || (size && out->size() != *size)) {
            ok_ = false;
            return nullptr;
        }
        return out;
    }

    void optional_text(std::uint64_t key, std::string& out) {
        if (const auto* value = take(key)) out = text(*value);
    }

    void optional_number(std::uint64_t key, std::optional<std::uint64_t>& out) {
        if (const auto* value = take(key)) out = number(*value);
    }

    template <std::size_t N>
    void optional_fixed(std::uint64_t key, std::optional<ByteArray<N>>& out) {
        if (const auto* value = take(key)) out = fixed<N>(*value);
    }

    void optional_uuid(std::uint64_t key, std::optional<Uuid>& out) {
        if (const auto* value = take(key)) out = Uuid{fixed<16>(*value)};
    }

    /// What is left once every known key was asked for in order: only higher keys can be.
    std::vector<UnknownField> unknown() {
        std::vector<UnknownField> out;
        for (; next_ < map_.size(); ++next_) {
            out.push_back({*map_[next_].key.as<std::uint64_t>(), encode_cbor(map_[next_].value)});
        }
        return out;
    }

    void fail_if(bool condition) { ok_ = ok_ && !condition; }

    [[nodiscard]] bool ok() const { return ok_; }

 private:
    const CborMap& map_;
    std::size_t next_ = 0;
    bool ok_ = true;
};

/// The map that a section is, of a schema that this program knows.
Result<CborMap> section_map(ByteView bytes) {
    ROOKERY_TRY(auto value, decode_cbor(bytes));
    auto* map = std::get_if<CborMap>(&value.value);
    if (map == nullptr || map->empty() || *map->front().key.as<std::uint64_t>() != k_schema) {
        return refuse();
    }
    const auto* version = map->front().value.as<std::uint64_t>();
    if (version == nullptr || *version == 0) return refuse();
    if (*version > schema) {
        return fail(
            Errc::newer_format,
            "a log entry was written by a newer program",
            "use the version of rookery that wrote it, or a newer one"
        );
    }
    return std::move(*map);
}

void read_changes(FieldReader& in, const CborValue& value, std::vector<ValueChange>& out) {
    const auto* changes = in.array(value);
    if (changes == nullptr) return;
    for (const auto& entry : *changes) {
        const auto* fields = in.array(entry, 4);
        if (fields == nullptr) return;
        ValueChange change;
        change.column = in.number((*fields)[0]);
        change.key_version = in.number((*fields)[1]);
        change.before = in.fixed_or_null<16>((*fields)[2]);
        change.after = in.fixed_or_null<16>((*fields)[3]);
        out.push_back(change);
    }
}

void read_extras(FieldReader& in, const CborValue& value, std::vector<Extra>& out) {
    const auto* map = value.as<CborMap>();
    in.fail_if(map == nullptr);
    if (map == nullptr) return;
    for (const auto& [key, entry] : *map) {
        if (const auto* number = entry.as<std::uint64_t>()) {
            out.emplace_back(*key.as<std::string>(), *number);
        } else if (const auto* text = entry.as<std::string>()) {
            out.emplace_back(*key.as<std::string>(), *text);
        } else if (const auto* bytes = entry.as<Bytes>()) {
            out.emplace_back(*key.as<std::string>(), *bytes);
        } else {
            in.fail_if(true);
        }
    }
}

// ---------------------------------------------------------------- rows

std::string_view label_of(Section section) {
    return section == Section::core ? "sv1.audit.core" : "sv1.audit.priv";
}

constexpr std::size_t label_bytes = 15;  // with the zero byte
constexpr std::size_t salt_bytes = std::tuple_size_v<Salt>;

/// label || 0x00 || salt || section bytes, in one piece of the stack: the commitment's input, whose
/// tail is what gets sealed.
class SectionBuffer {
 public:
    SectionBuffer(Section section, ByteView salt) : section_(section) {
        const auto label = label_of(section);
        std::memcpy(memory_.data(), label.data(), label.size());
        memory_[label.size()] = 0;
        std::memcpy(memory_.data() + label_bytes, salt.data(), salt_bytes);
    }

    [[nodiscard]] std::span<std::uint8_t> content() {
        return std::span{memory_}.subspan(label_bytes + salt_bytes);
    }

    void set_size(std::size_t content_bytes) { used_ = label_bytes + salt_bytes + content_bytes; }

    [[nodiscard]] Digest commitment() const {
        return crypto::sha256(ByteView{memory_}.first(used_));
    }

    [[nodiscard]] Bytes row(std::uint32_t day, const Uuid& id, const crypto::DetailSealer* sealer)
        const {
        const auto plain = ByteView{memory_}.first(used_).subspan(label_bytes);
        const auto blob_size =
            plain.size() +
            (sealer == nullptr ? 0 : id.bytes.size() + crypto::DetailSealer::overhead);
        const auto encoding =
            sealer == nullptr ? DetailRow::Encoding::clear : DetailRow::Encoding::sealed;
        Bytes out;
        out.reserve(9 + blob_size);
        out.push_back(row_format);
        out.push_back(static_cast<std::uint8_t>(encoding));
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.push_back(static_cast<std::uint8_t>(day >> shift));
        }
        out.push_back(no_index_rows);
        out.push_back(static_cast<std::uint8_t>(blob_size >> 8));
        out.push_back(static_cast<std::uint8_t>(blob_size));
        if (sealer == nullptr) {
            out.insert(out.end(), plain.begin(), plain.end());
        } else {
            out.insert(out.end(), id.bytes.begin(), id.bytes.end());
            sealer->seal_to(out, section_, day, id, plain);
        }
        return out;
    }

 private:
    Section section_;
    std::size_t used_ = 0;
    ByteArray<label_bytes + salt_bytes + cbor_bytes_max> memory_;
};

PreparedEvent prepare_with(const Event& event, const crypto::DetailSealer* sealer, Random& random) {
    // Salts and event id in one draw: each is a system call.
    ByteArray<2 * salt_bytes + 16> drawn;
    random.fill(drawn);
    const auto salts = ByteView{drawn}.first(2 * salt_bytes);
    const auto id = event.id.is_nil() ? Uuid::from_bytes(ByteView{drawn}.last(16)) : event.id;
    const auto day = crypto::day_of(event.time);
    PreparedEvent out;
    out.action = event.action;
    {
        SectionBuffer core{Section::core, salts.first(salt_bytes)};
        core.set_size(write_core_within(core.content(), event, id));
        out.core_commit = core.commitment();
        out.core_row = core.row(day, id, sealer);
    }
    {
        SectionBuffer priv{Section::priv, salts.last(salt_bytes)};
        priv.set_size(write_priv_within(priv.content(), event.priv));
        out.priv_commit = priv.commitment();
        out.priv_row = priv.row(day, id, sealer);
    }
    return out;
}

}  // namespace

PreparedEvent prepare(const Event& event, const crypto::DetailSealer& sealer, Random& random) {
    return prepare_with(event, &sealer, random);
}

bool may_be_clear(Action action) {
    constexpr std::array clear{Action::genesis, Action::unseal_attempt};
    return std::ranges::find(clear, action) != clear.end();
}

Result<PreparedEvent> prepare_clear(const Event& event, Random& random) {
    if (!may_be_clear(event.action)) {
        return fail(Errc::internal, "this kind of log entry must not be written in clear");
    }
    return prepare_with(event, nullptr, random);
}

Bytes encode_core(const Event& event) {
    Bytes out(cbor_bytes_max);
    out.resize(write_core_within(out, event, event.id));
    return out;
}

Bytes encode_priv(const PrivDetail& priv) {
    Bytes out(cbor_bytes_max);
    out.resize(write_priv_within(out, priv));
    return out;
}

Result<Event> decode_core(ByteView bytes) {
    ROOKERY_TRY(const auto map, section_map(bytes));
    FieldReader in{map};
    Event out;
    in.need(k_schema);
    out.id = Uuid{in.fixed<16>(in.need(k_id))};
    out.time = from_ms(in.number(in.need(k_time)));
    out.node = in.text(in.need(k_node));
    out.action = in.code<Action>(in.need(k_action));
    out.outcome = in.code<Outcome>(in.need(k_outcome));
    out.reason = in.code<Reason>(in.need(k_reason));
    if (const auto* actor = in.array(in.need(k_actor), 4)) {
        out.actor.type = in.code<ActorType>((*actor)[0]);
        out.actor.id = in.text((*actor)[1]);
        out.actor.method = in.code<AuthMethod>((*actor)[2]);
        out.actor.credential_fingerprint = in.fixed<8>((*actor)[3]);
    }
    if (const auto* value = in.take(k_on_behalf_of)) {
        if (const auto* pair = in.array(*value, 2)) {
            out.on_behalf_of = Delegator{in.code<ActorType>((*pair)[0]), in.text((*pair)[1])};
        }
    }
    in.optional_text(k_agent, out.agent);
    out.correlation = Uuid{in.fixed<16>(in.need(k_correlation))};
    in.optional_text(k_message, out.message);
    in.optional_text(k_client_request_id, out.client_request_id);
    in.optional_text(k_table, out.table);
    in.optional_uuid(k_record, out.record);
    if (const auto* value = in.take(k_columns)) {
        if (const auto* columns = in.array(*value)) {
            for (const auto& column : *columns) out.columns.push_back(in.number(column));
        }
        in.fail_if(
            std::ranges::adjacent_find(out.columns, std::greater_equal{}) != out.columns.end()
        );
    }
    if (const auto* value = in.take(k_release)) out.release = in.code<ReleaseMode>(*value);
    if (const auto* value = in.take(k_row_versions)) {
        if (const auto* pair = in.array(*value, 2)) {
            out.row_versions = RowVersions{in.number((*pair)[0]), in.number((*pair)[1])};
        }
    }
    if (const auto* value = in.take(k_value_changes)) read_changes(in, *value, out.value_changes);
    if (const auto* value = in.take(k_key_versions)) {
        if (const auto* pair = in.array(*value, 2)) {
            out.key_versions = KeyVersions{in.number((*pair)[0]), in.number((*pair)[1])};
        }
    }
    if (const auto* value = in.take(k_rule)) {
        if (const auto* rule = in.array(*value, 3)) {
            out.rule = Rule{in.text((*rule)[0]), in.number((*rule)[1]), in.text((*rule)[2])};
        }
    }
    in.optional_number(k_related, out.related);
    in.optional_number(k_count, out.count);
    in.optional_fixed(k_source, out.source);
    in.optional_fixed(k_row_tag, out.row_tag);
    if (const auto* value = in.take(k_extras)) read_extras(in, *value, out.extras);
    in.optional_fixed(k_actor_name, out.actor_name);
    in.optional_fixed(k_record_name, out.record_name);
    out.unknown = in.unknown();
    if (!in.ok()) return refuse();
    return out;
}

Result<PrivDetail> decode_priv(ByteView bytes) {
    if (bytes.empty()) return PrivDetail{};
    ROOKERY_TRY(const auto map, section_map(bytes));
    FieldReader in{map};
    PrivDetail out;
    in.need(p_schema);
    if (const auto* value = in.take(p_source_address)) {
        const auto* address = value->as<Bytes>();
        in.fail_if(address == nullptr || !is_address(*address));
        if (address != nullptr) out.source_address = *address;
    }
    if (const auto* value = in.take(p_source_port)) {
        out.source_port = static_cast<std::uint16_t>(in.number(*value, 0xFFFF));
    }
    if (const auto* value = in.take(p_forwarded)) {
        if (const auto* hops = in.array(*value)) {
            for (const auto& hop : *hops) out.forwarded.push_back(in.text(hop));
        }
    }
    in.optional_text(p_user_agent, out.user_agent);
    if (const auto* value = in.take(p_tls)) {
        if (const auto* tls = in.array(*value, 2)) {
            out.tls = TlsInfo{in.number((*tls)[0]), in.fixed_or_null<32>((*tls)[1])};
        }
    }
    in.optional_text(p_justification, out.justification);
    in.optional_text(p_ticket, out.ticket);
    in.optional_uuid(p_session, out.session);
    in.optional_fixed(p_request_digest, out.request_digest);
    in.optional_text(p_error_detail, out.error_detail);
    in.optional_text(p_host, out.host);
    in.optional_number(p_process, out.process);
    out.unknown = in.unknown();
    if (!in.ok()) return refuse();
    return out;
}

Digest commitment(Section section, const Salt& salt, ByteView bytes) {
    const std::uint8_t zero[] = {0};
    return crypto::sha256({bytes_of(label_of(section)), ByteView{zero}, ByteView{salt}, bytes});
}

Result<DetailRow> parse_detail_row(ByteView row) {
    ByteReader in{row};
    const auto format = in.u8();
    const auto encoding = in.u8();
    DetailRow out;
    out.day = in.u32();
    out.index_key_version = in.u8();
    out.blob = in.lp();
    if (!in.done() || format != row_format || out.index_key_version != no_index_rows)
        return refuse();
    switch (encoding) {
        case static_cast<std::uint8_t>(DetailRow::Encoding::clear):
            out.encoding = DetailRow::Encoding::clear;
            if (out.blob.size() < salt_bytes) return refuse();
            return out;
        case static_cast<std::uint8_t>(DetailRow::Encoding::sealed):
            out.encoding = DetailRow::Encoding::sealed;
            if (out.blob.size() < 16 + crypto::DetailSealer::overhead + salt_bytes) return refuse();
            return out;
        default:
            return refuse();
    }
}

bool belongs_to(const OpenedSection& section, const Event& event) {
    return section.day == crypto::day_of(event.time) &&
           (section.event.is_nil() || section.event == event.id);
}

Result<OpenedSection> open_section(
    Section section, ByteView row, const Leaf& leaf, const crypto::DetailSealer* sealer
) {
    ROOKERY_TRY(const auto parsed, parse_detail_row(row));
    OpenedSection out;
    out.day = parsed.day;
    Bytes opened;
    auto plain = parsed.blob;
    if (parsed.encoding == DetailRow::Encoding::sealed) {
        if (sealer == nullptr) {
            return fail(
                Errc::unavailable, "the log's details are sealed", "unseal the vault to read them"
            );
        }
        out.event = Uuid::from_bytes(parsed.blob.first(16));
        ROOKERY_TRY(opened, sealer->open(section, parsed.day, out.event, parsed.blob.subspan(16)));
        plain = opened;
    }
    if (plain.size() < salt_bytes || plain.size() > salt_bytes + cbor_bytes_max) return refuse();
    std::memcpy(out.salt.data(), plain.data(), salt_bytes);
    plain = plain.subspan(salt_bytes);
    const auto made = commitment(section, out.salt, plain);
    const auto& commit = section == Section::core ? leaf.core_commit : leaf.priv_commit;
    if (!constant_time_equal(
            section == Section::core ? core_commit_in(leaf, made) : made, commit
        )) {
        return refuse();
    }
    out.bytes.assign(plain.begin(), plain.end());
    return out;
}

}  // namespace rookery::audit
