#include "audit/priv_section.hpp"

#include "audit/cbor.hpp"
#include "audit/section_reader.hpp"
#include "audit/section_writer.hpp"
#include "base/integrity_failure.hpp"

#include <algorithm>

namespace rookery::audit {
namespace {

constexpr std::size_t user_agent_max = 256;
constexpr std::size_t justification_max = 1024;
constexpr std::size_t error_detail_max = 512;
constexpr std::size_t forwarded_max = 8;

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

static_assert(p_schema == section_schema_key);

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
    out.uint(section_schema);
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
        for (std::size_t i = 0; i < hops; ++i) put_text(out, priv.forwarded[i], label_bytes_max);
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
    put_optional_text(out, p_ticket, priv.ticket, label_bytes_max);
    if (priv.session) {
        out.uint(p_session);
        out.bytes(priv.session->view());
    }
    if (priv.request_digest) {
        out.uint(p_request_digest);
        out.bytes(*priv.request_digest);
    }
    put_optional_text(out, p_error_detail, priv.error_detail, error_detail_max);
    put_optional_text(out, p_host, priv.host, name_bytes_max);
    if (priv.process) {
        out.uint(p_process);
        out.uint(*priv.process);
    }
    if (with_unknown) put_unknown(out, priv.unknown);
}

}  // namespace

std::size_t write_priv_section(std::span<std::uint8_t> memory, const PrivDetail& priv) {
    if (has_no_fields(priv)) return 0;
    for (const bool with_unknown : {true, false}) {
        CborWriter out{memory.first(cbor_bytes_max)};
        write_priv(out, priv, with_unknown);
        if (!out.overflow() || !with_unknown) return out.view().size();
    }
    return 0;
}

Bytes encode_priv(const PrivDetail& priv) {
    Bytes out(cbor_bytes_max);
    out.resize(write_priv_section(out, priv));
    return out;
}

Result<PrivDetail> decode_priv(ByteView bytes) {
    if (bytes.empty()) return PrivDetail{};
    ROOKERY_TRY(const auto map, section_map(bytes));
    SectionReader in{map};
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
    if (!in.ok()) return integrity_failure();
    return out;
}

}  // namespace rookery::audit
