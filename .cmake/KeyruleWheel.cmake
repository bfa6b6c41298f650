# What a wheel takes (component `python`, below the package's folder), and its one target, keyrule_wheel. plugin_api/python says
# how it is made; KEYRULE_BUILT names a build that has everything already.

# keyrule_wheel_files(LIBRARY BINDING COMMAND)
function(keyrule_wheel_files library binding command)
  install(FILES ${library} DESTINATION . RENAME libkeyrule.so COMPONENT python EXCLUDE_FROM_ALL)
  install(FILES ${binding} DESTINATION . RENAME _binding.abi3.so COMPONENT python EXCLUDE_FROM_ALL)
  install(PROGRAMS ${command} DESTINATION bin RENAME keyrule COMPONENT python EXCLUDE_FROM_ALL)
endfunction()
