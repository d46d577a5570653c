#!/usr/bin/env bash
# Plants mistakes into the product, one at a time, and shows after how many random histories the
# simulator finds each, while the same history without the mistake passes. Builds apart from everything
# else. SEEDS and EVENTS bound the search; CONFIGURATION=release builds longer and searches faster.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seeds=${SEEDS:-'0..<200'}
events=${EVENTS:-200}
build=(swift build -c "${CONFIGURATION:-debug}" --scratch-path .build/planted --product offbook-simulate -Xswiftc -DOFFBOOK_PLANT)
"${build[@]}" --quiet
simulate=$("${build[@]}" --show-bin-path)/offbook-simulate

missed=0
printf '%-28s %-9s %-12s %s\n' mistake histories oracle 'what it saw'
for mistake in $("$simulate" --list-planted); do
    found=$("$simulate" --plant "$mistake" --seeds "$seeds" --events "$events") || missed=$((missed + 1))
    IFS='|' read -r name histories oracle detail <<<"${found%%$'\n'*}"
    printf '%-28s %-9s %-12s %s\n' "${name// /}" "${histories// /}" "${oracle// /}" "${detail:0:120}"
done
exit $((missed > 0))
