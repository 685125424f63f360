#include "audit/prepared_event.hpp"

#include "audit/core_section.hpp"
#include "audit/detail_row.hpp"
#include "audit/priv_section.hpp"
#include "audit/section_buffer.hpp"
#include "base/random.hpp"
#include "crypto/detail_sealer.hpp"

#include <algorithm>
#include <array>

namespace rookery::audit {
namespace {

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
        core.set_size(write_core_section(core.content(), event, id));
        out.core_commit = core.commitment();
        out.core_row = write_detail_row(Section::core, day, id, core.salted(), sealer);
    }
    {
        SectionBuffer priv{Section::priv, salts.last(salt_bytes)};
        priv.set_size(write_priv_section(priv.content(), event.priv));
        out.priv_commit = priv.commitment();
        out.priv_row = write_detail_row(Section::priv, day, id, priv.salted(), sealer);
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

}  // namespace rookery::audit
